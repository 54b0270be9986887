import YAML from 'yaml';
import type { RowTitle } from '../matrix/environment.ts';
import { readCase } from '../matrix/scenario.ts';

/**
 * The same line of bash, once with plain ssh and once with `rsync-io-ssh` in its place. Its name begins with
 * `as-ssh-`, so that `--only as-ssh` selects the family.
 */
export interface Case extends RowTitle {
  /** Programs apart from bash and ssh that the line uses. */
  readonly needs?: readonly string[];
  /**
   * Run by bash in an empty folder, after `cases/as-ssh.sh`. `$SSH` is ssh with its configuration, `$PROGRAM` and
   * `$CONF` are its two parts, and `$HOST` is the server.
   */
  readonly line: string;
  /** Run on a terminal, whose screen is compared instead of stdout and stderr. */
  readonly terminal?: true;
  /** On a terminal: the text to wait for, and the keys to type after it. */
  readonly keys?: readonly (readonly [after: string, typed: string])[];
  /** Options of `rsync-io-ssh` itself. */
  readonly own?: readonly string[];
  /** Whether `rsync-io-ssh` may explain the failure. Elsewhere an explanation is a difference. */
  readonly explained?: true;
  /** A pattern of what plain ssh must produce, so that the case cannot pass because its setup failed. */
  readonly shows: string;
  /** A difference that the README of packages/ssh states. */
  readonly documented?: {
    /** A phrase of that README. */
    readonly where: string;
    readonly aspects: readonly (keyof Outcome)[];
    /** `always`: it is an error if the difference does not appear, because the README is then out of date. */
    readonly appears: 'always' | 'sometimes';
  };
}

/** Everything visible of one run. */
export type Outcome = Readonly<Record<'status' | 'stdout' | 'stderr' | 'screen' | 'files', string>>;

export const cases = YAML.parse(readCase('as-ssh.yaml')) as readonly Case[];
