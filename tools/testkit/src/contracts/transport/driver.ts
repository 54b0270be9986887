import type {
  ExitStatus,
  ForwardOptions,
  SshCommand,
  StderrBackend,
  StderrSnapshot,
  SurfacePolicy,
} from '@rsync-io/aux-channel';

/** The interface through which the contract uses a blocking or asynchronous transport. */
export interface TransportUnderTest {
  readonly pid: number;
  /** Returns the next bytes of stdout; empty at the end. Rejects if stdout ends with an error. */
  read(): Promise<Uint8Array>;
  /** Resolves when the child's stdin has accepted everything. */
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): void;
  split(): unknown;
  stderrOutput(): Uint8Array;
  stderrSnapshot(): StderrSnapshot;
  tryWait(): ExitStatus | null;
  wait(): Promise<ExitStatus>;
  waitWithStderr(): Promise<{ status: ExitStatus; stderr: Uint8Array }>;
  cancelConnectWatchdog(): void;
  kill(signal?: NodeJS.Signals): boolean;
  releaseStderr(): void;
  dispose(): Promise<void>;
}

/** The options that both transports share. */
export interface ContractOptions {
  readonly backends: readonly StderrBackend[];
  readonly forward: ForwardOptions<number> | false;
  readonly surface: SurfacePolicy;
}

/** A way in which a transport calls back for each line, besides `diagnostics_channel`. */
export interface LineListener {
  readonly name: string;
  options(onLine: (line: string) => void): object;
}

export interface TransportDriver {
  readonly name: string;
  readonly listeners: readonly LineListener[];
  /** `false` for a build in which the child inherits fd 2 and nothing is captured. */
  readonly captures: boolean;
  spawn(command: SshCommand, options: ContractOptions): Promise<TransportUnderTest>;
}
