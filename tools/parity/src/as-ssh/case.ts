import { readFileSync } from 'node:fs';
import path from 'node:path';
import YAML from 'yaml';

/** The same line of bash, once with plain ssh and once with `rsync-io-ssh` in its place. */
export interface Case {
  /** Begins with `as-ssh-`, so that `--only as-ssh` selects the family. */
  readonly name: string;
  readonly title: string;
  /** Programs apart from bash and ssh that the line uses. */
  readonly needs?: readonly string[];
  /**
   * Run by bash in an empty folder, after `cases/prelude.sh`. `$SSH` is ssh with its configuration, `$PROGRAM` and
   * `$CONF` are its two parts, and `$HOST` is the server.
   */
  readonly line: string;
  /** Run on a terminal, whose screen is compared instead of stdout and stderr. */
  readonly terminal?: true;
  /** On a terminal: what to type once a text has appeared after the previous one. */
  readonly keys?: readonly (readonly [after: string, typed: string])[];
  /** Options of `rsync-io-ssh` itself. */
  readonly own?: readonly string[];
  /** Whether `rsync-io-ssh` may explain the failure. Elsewhere an explanation is a difference. */
  readonly explained?: true;
  /** A pattern of what plain ssh must produce, so that the case cannot pass because its setup failed. */
  readonly shows: string;
  readonly documented?: DocumentedDifference;
}

/** A difference that the README of packages/ssh states. */
export interface DocumentedDifference {
  /** A phrase of that README. */
  readonly where: string;
  readonly aspects: readonly Aspect[];
  /** `always`: it is an error if the difference does not appear, because the README is then out of date. */
  readonly appears: 'always' | 'sometimes';
}

export const ASPECTS = ['status', 'stdout', 'stderr', 'files', 'screen'] as const;
export type Aspect = (typeof ASPECTS)[number];

const read = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../cases', name), 'utf8');

export const cases = YAML.parse(read('as-ssh.yaml')) as readonly Case[];
export const PRELUDE = read('prelude.sh');
