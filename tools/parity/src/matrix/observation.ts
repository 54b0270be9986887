import type { StderrSnapshot } from '@rsync-io/aux-channel';

/** How a process ended, as reported to its parent. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Everything observable of one transfer. */
export interface Observation {
  /** The program that started the remote shell: rsync, or the replaying client. */
  readonly client: Ending & { readonly stderr: Buffer };
  /** Everything written to the remote shell's fd 2. */
  readonly fd2: Buffer;
  /** The transport's report on its child; `null` if there is none. */
  readonly transport: {
    readonly status: Ending;
    readonly captured: StderrSnapshot;
    /** Codes or messages of process warnings, which Node would print on stderr. */
    readonly warnings: readonly string[];
  } | null;
  /** A line for each file that arrived, with its checksum. */
  readonly arrived: readonly string[];
}
