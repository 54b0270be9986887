import { type Variant, reference } from '../variant/variant.ts';
import { type Difference, judge } from '../judge/judge.ts';
import { missing } from '../judge/shown.ts';
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
  readonly differences: readonly (
    Difference | { readonly aspect: 'the run'; readonly got: string; readonly expected: string }
  )[];
}

export interface MatrixOptions {
  readonly variants: readonly Variant[];
  /** Number of concurrent rows. */
  readonly jobs: number;
  /** Parts of the names of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly onCell?: (done: number, all: number, row: string, result: CellResult) => void;
  readonly signal?: AbortSignal;
}

/** Runs every scenario with every variant. The first variant is the reference. */
export async function runMatrix<WorkDir>(
  environment: Environment<WorkDir>,
  { variants, jobs, only, onCell, signal }: MatrixOptions,
): Promise<Row[]> {
  const plans = environment.scenarios
    .filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))
    .flatMap((scenario) => scenario.directions.map((direction) => ({ scenario, direction })));
  const others = variants.filter(({ id }) => id !== reference.id);
  const all = plans.length * (others.length + 1);
  let done = 0;

  const runRow = async ({ scenario, direction }: (typeof plans)[number]): Promise<Row> => {
    const name = `${scenario.name} ${direction}`;
    const cells: CellResult[] = [];
    const add = (result: CellResult) => {
      cells.push(result);
      onCell?.((done += 1), all, name, result);
    };
    const runCell = async (
      variant: Variant,
      compare: (seen: Observation) => CellResult['differences'],
    ): Promise<Observation | null> => {
      signal?.throwIfAborted();
      try {
        const observation = await environment.run({ scenario, direction, variant });
        add({ variant, observation, differences: compare(observation) });
        return observation;
      } catch (error) {
        signal?.throwIfAborted();
        add({ variant, observation: null, differences: [failed((error as Error).message)] });
        return null;
      }
    };
    const expected = await runCell(reference, (seen) => missing(scenario, seen).map(failed));
    for (const variant of others) {
      await runCell(variant, (seen) =>
        expected === null
          ? [failed('the run with plain ssh failed')]
          : judge(scenario, variant, seen, withExit(expected, cells)),
      );
    }
    return { scenario: pick(scenario), direction, cells };
  };

  const rows: Row[] = new Array<Row>(plans.length);
  const queue = plans.entries();
  const work = async () => {
    for (const [i, plan] of queue) rows[i] = await runRow(plan);
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return rows;
}

/** The exit of plain ssh is not observable; the first transport's report is used instead. */
function withExit(expected: Observation, cells: readonly CellResult[]): Observation {
  const transport = cells.map(({ observation }) => observation?.transport ?? null);
  return { ...expected, transport: transport.find((one) => one !== null) ?? null };
}

const failed = (got: string) => ({ aspect: 'the run', expected: 'a complete run', got }) as const;

const pick = ({ name, title, group }: Scenario<never> | Row['scenario']) => ({
  name,
  title,
  group,
});
