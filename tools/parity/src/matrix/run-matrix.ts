import { type Difference, judge, missing } from '../judge/judge.ts';
import { reference, type Variant } from '../variant/variant.ts';
import { concurrently } from './concurrently.ts';
import type { Environment } from './environment.ts';
import type { Observation } from './observation.ts';
import type { Direction, Scenario } from './scenario.ts';

/** One row of the matrix: a scenario in one direction. */
export interface Row {
  readonly scenario: Pick<Scenario<never>, 'name' | 'title' | 'group'>;
  readonly direction: Direction;
  readonly cells: readonly CellResult[];
}

export interface CellResult {
  readonly variant: Variant;
  /** `null` if the run failed; `differences` then contains the error. */
  readonly observation: Observation | null;
  readonly differences: readonly Difference[];
}

export interface RunOptions {
  /** Number of concurrent rows. */
  readonly jobs: number;
  /** Parts of the names of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly signal?: AbortSignal;
}

export interface MatrixOptions extends RunOptions {
  readonly variants: readonly Variant[];
  readonly onCell?: (row: string, result: CellResult) => void;
}

/** Whether a name is selected. */
export const isChosen = (only: readonly string[], name: string) =>
  only.length === 0 || only.some((part) => name.includes(part));

/** Runs every scenario with every variant. The first variant is the reference. */
export async function runMatrix<WorkDir>(
  environment: Environment<WorkDir>,
  { variants, onCell, ...options }: MatrixOptions,
): Promise<Row[]> {
  const plans = environment.scenarios
    .filter(({ name }) => isChosen(options.only, name))
    .flatMap((scenario) => scenario.directions.map((direction) => ({ scenario, direction })));
  const others = variants.filter(({ id }) => id !== reference.id);

  return concurrently(plans, options, async ({ scenario, direction }): Promise<Row> => {
    const { name, title, group } = scenario;
    const cells: CellResult[] = [];
    const runCell = async (
      variant: Variant,
      compare: (seen: Observation) => CellResult['differences'],
    ): Promise<Observation | null> => {
      options.signal?.throwIfAborted();
      let cell: CellResult;
      try {
        const observation = await environment.run({ scenario, direction, variant });
        cell = { variant, observation, differences: compare(observation) };
      } catch (error) {
        options.signal?.throwIfAborted();
        cell = { variant, observation: null, differences: [failed((error as Error).message)] };
      }
      cells.push(cell);
      onCell?.(`${name} ${direction}`, cell);
      return cell.observation;
    };
    const expected = await runCell(reference, (seen) => missing(scenario, seen).map(failed));
    for (const variant of others) {
      await runCell(variant, (seen) =>
        expected === null
          ? [failed('the run with plain ssh failed')]
          : judge(scenario, variant, seen, withExit(expected, cells)),
      );
    }
    return { scenario: { name, title, group }, direction, cells };
  });
}

/** The exit of plain ssh is not observable; the first transport's report is used instead. */
function withExit(expected: Observation, cells: readonly CellResult[]): Observation {
  const transport = cells.find(({ observation }) => observation?.transport)?.observation?.transport;
  return { ...expected, transport: transport ?? null };
}

const failed = (got: string) => ({ aspect: 'the run', expected: 'a complete run', got }) as const;
