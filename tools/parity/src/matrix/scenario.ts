import type { Ending } from './observation.js';

export type Direction = 'push' | 'pull';
export type Group = 'ssh' | 'remote side' | 'rsync' | 'daemon' | 'stderr' | 'lifetime';

/** Text that differs between two runs of the same thing, and what stands for it in a comparison. */
export interface Mask {
  readonly pattern: RegExp;
  readonly by: string;
}

/** A transfer that says something on stderr: a row of the matrix for each direction. */
export interface Scenario<Stage> {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly directions: readonly Direction[];
  /** What has to come of it with plain ssh; otherwise the scenario did not bring its failure about. */
  readonly shows: {
    /** The client's exit codes; more than one where rsync itself does not always say the same. */
    readonly codes: readonly number[];
    /** On the remote shell's fd 2. */
    readonly fd2?: RegExp;
    /** On the client's own stderr. */
    readonly client?: RegExp;
  };
  readonly masks?: readonly Mask[];
  /**
   * rsync ends its remote shell by a signal, and how far that has come is a race: how it ended, and what a
   * transport says of that, is not compared; of two fd 2, one has to be the beginning of the other.
   */
  readonly endIsRace?: true;
  /** What the client says of the failure depends on which of two ends it sees first: not compared. */
  readonly clientIsRace?: true;
  run(stage: Stage): Promise<ClientRun>;
}

/** The client's end. */
export type ClientRun = Ending & { readonly stderr: Buffer };
