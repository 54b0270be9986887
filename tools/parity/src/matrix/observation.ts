import type { StderrSnapshot } from '@rsync-io/aux-channel';

/** How a process ended, as its parent saw it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** All that can be seen of one transfer from outside. */
export interface Observation {
  /** The program that started the remote shell: rsync, or the replaying client. */
  readonly client: Ending & { readonly stderr: Buffer };
  /** Everything that came on the remote shell's fd 2. */
  readonly fd2: Buffer;
  /** What the transport said of its child; `null` where none of ours is looked into. */
  readonly carried: {
    readonly status: Ending;
    readonly captured: StderrSnapshot;
  } | null;
  /** What arrived: a line for each file, with its checksum. */
  readonly arrived: readonly string[];
}
