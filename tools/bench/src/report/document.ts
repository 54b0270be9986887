import type { Machine } from '../machine.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { type Row, rowsOf } from './rows.ts';

/** Raised when a reader of `bench.json` has to change. */
export const SCHEMA = 1;

/** What `bench.json` holds. */
export interface BenchDocument {
  readonly schema: typeof SCHEMA;
  /** When the run began, ISO 8601. */
  readonly date: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly interrupted: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    readonly title: string;
    readonly parameters: CaseResult['parameters'];
    readonly contenders: Readonly<Record<string, string>>;
    /** Every run, by contender, in the order of the rounds. Units: `metric.ts`. */
    readonly samples: CaseResult['samples'];
    readonly notRun: string | null;
    readonly rows: readonly Omit<Row, 'case'>[];
  }[];
}

export function toDocument(
  run: Omit<BenchDocument, 'schema' | 'cases'>,
  results: readonly CaseResult[],
): BenchDocument {
  return {
    schema: SCHEMA,
    ...run,
    cases: results.map((result) => ({
      name: result.benchCase.name,
      title: result.benchCase.title,
      parameters: result.parameters,
      contenders: result.benchCase.contenders,
      samples: result.samples,
      notRun: result.notRun,
      rows: rowsOf(result).map(({ case: _, ...row }) => row),
    })),
  };
}
