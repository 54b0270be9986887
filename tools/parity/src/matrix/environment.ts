import type { ExitStatus, StderrSnapshot } from '@rsync-io/aux-channel';
import type { Captured } from '@rsync-io/testkit/lab';
import type { Difference } from '../difference.ts';
import type { Variant } from '../variant/variant.ts';
import type { Direction, Scenario } from './scenario.ts';

/** The part of a scenario that every environment has: a row of a report. */
export interface RowTitle {
  readonly name: string;
  readonly title: string;
  readonly direction?: Direction;
  /** Part of a smoke run. */
  readonly smoke?: boolean;
}

export interface Cell<Seen = Observation> {
  readonly variant: Variant;
  /** `null` if the run failed; `differences` then contains the error. */
  readonly observation: Seen | null;
  readonly differences: readonly Difference[];
}

/** Runs scenarios: transfers with real programs, their recordings, or commands of the family "as ssh". */
export interface Environment<Row extends RowTitle = Scenario, Seen = Observation> {
  readonly scenarios: readonly Row[];
  /** Versions of the programs involved. */
  readonly versions: Readonly<Record<string, string>>;
  /** The variants of a scenario must run one after the other. */
  run(scenario: Row, variant: Variant): Promise<Seen>;
  /** Compares with the cells before, of which the first is plain ssh. Checks plain ssh itself, too. */
  judge(scenario: Row, variant: Variant, seen: Seen, before: readonly Cell<Seen>[]): Difference[];
  /** Ends processes and removes files. */
  close(): Promise<void>;
}

/** Everything observable of one transfer. */
export interface Observation {
  /** The program that started the remote shell: rsync, or the replaying client. */
  readonly client: Captured;
  /** Everything written to the remote shell's fd 2. */
  readonly fd2: Buffer;
  /** The transport's report on its child; `null` if there is none. */
  readonly transport: TransportReport | null;
  /** A line for each file that arrived, with its checksum. */
  readonly arrived: readonly string[];
}

export interface TransportReport {
  readonly status: Pick<ExitStatus, 'code' | 'signal'>;
  readonly captured: StderrSnapshot;
  /** Codes or messages of process warnings, which Node would print on stderr. */
  readonly warnings: readonly string[];
}
