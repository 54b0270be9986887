import type {
  ExitStatus,
  ForwardOptions,
  SshCommand,
  StderrBackend,
  StderrSnapshot,
  SurfacePolicy,
} from '@rsync-io/aux-channel';

/** A transport as the contract sees it, blocking or not; a driver adapts each to this. */
export interface TransportUnderTest {
  readonly pid: number;
  /** The next bytes of stdout; none at its end. Rejects when stdout ends with an error. */
  read(): Promise<Uint8Array>;
  /** Resolves when the child's stdin has taken everything. */
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
  dispose(): Promise<void>;
}

/** The options that both transports have. */
export interface ContractOptions {
  readonly backends: readonly StderrBackend[];
  readonly forward: ForwardOptions<number> | false;
  readonly surface: SurfacePolicy;
}

export interface TransportDriver {
  readonly name: string;
  /** `false` for a build in which the child inherits fd 2: nothing is captured then. */
  readonly captures: boolean;
  spawn(command: SshCommand, options: ContractOptions): Promise<TransportUnderTest>;
}
