import type { Ending } from './observation.ts';

export type Direction = 'push' | 'pull';
export type Group = 'ssh' | 'remote side' | 'rsync' | 'daemon' | 'stderr' | 'lifetime';

/** Text that differs between two identical runs, and its replacement in a comparison. */
export interface Mask {
  readonly pattern: RegExp;
  readonly by: string;
}

/** A transfer that writes to stderr: a row of the matrix for each direction. */
export interface Scenario<WorkDir> {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly directions: readonly Direction[];
  /** The required result with plain ssh; otherwise the scenario did not cause its failure. */
  readonly shows: {
    /** The client's exit codes; more than one if rsync's choice is a race. */
    readonly codes: readonly number[];
    /** On the remote shell's fd 2. */
    readonly fd2?: RegExp;
    /** On the client's own stderr. */
    readonly client?: RegExp;
  };
  readonly masks?: readonly Mask[];
  /**
   * rsync ends its remote shell with a signal at an unpredictable time: its exit and what is surfaced are not
   * compared, and one fd 2 must be a prefix of the other.
   */
  readonly endIsRace?: true;
  /** The client's message depends on a race and is not compared. */
  readonly clientIsRace?: true;
  run(workDir: WorkDir): Promise<ClientRun>;
}

/** The client's exit and stderr. */
export type ClientRun = Ending & { readonly stderr: Buffer };
