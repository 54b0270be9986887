import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import YAML from 'yaml';
import type { RowTitle } from './environment.ts';

export type Direction = 'push' | 'pull';

/** A transfer in one direction that writes to stderr. */
export interface Scenario extends RowTitle {
  readonly direction: Direction;
  readonly group: 'ssh' | 'remote side' | 'rsync' | 'daemon' | 'stderr' | 'lifetime';
  /** The required result with plain ssh; otherwise the scenario did not cause its failure. */
  readonly shows: {
    /** The client's exit codes; more than one if rsync's choice is a race. */
    readonly codes: readonly number[];
    /** A pattern for the remote shell's fd 2. */
    readonly fd2?: string;
    /** A pattern for the client's own stderr. */
    readonly client?: string;
  };
  /** Texts that differ between two identical runs, and their replacements in a comparison. */
  readonly masks?: readonly { readonly pattern: string; readonly by: string }[];
  /**
   * rsync ends its remote shell with a signal at an unpredictable time: its exit and what is surfaced are not
   * compared, and one fd 2 must be a prefix of the other.
   */
  readonly endIsRace?: true;
  /** The client's message depends on a race and is not compared. */
  readonly clientIsRace?: true;
  /** Size of the large file in a tree of awkward names. @defaultValue three small files instead of a tree */
  readonly awkward?: number;
  /** The server with a banner. */
  readonly server?: 'greeting';
  /**
   * Run by bash after `cases/transfers.sh`. `$SSH` is the remote shell with its configuration, `$HOST` the server.
   * @defaultValue `transfer -a`
   */
  readonly line?: string;
}

/** A row of `cases/transfers.yaml`, for both directions if it does not name them. */
type Transfer = Omit<Scenario, 'direction'> & { readonly directions?: readonly Direction[] };

/** Contents of a file in `cases`. */
export const readCase = (file: string) =>
  readFileSync(path.join(ROOT, 'tools/parity/cases', file), 'utf8');

export const readScenarios = (): Scenario[] =>
  (YAML.parse(readCase('transfers.yaml')) as Transfer[]).flatMap(
    ({ directions = ['push', 'pull'], ...transfer }) =>
      directions.map((direction) => ({ ...transfer, direction })),
  );
