import { type Carrier, reference } from '../carrier/carrier.js';
import { type Difference, judge } from '../judge/judge.js';
import { missing } from '../judge/shown.js';
import type { Theatre } from './cell.js';
import type { Observation } from './observation.js';
import type { Direction, Scenario } from './scenario.js';

/** One row of the matrix: a scenario in one direction. */
export interface Row {
  readonly scenario: Pick<Scenario<never>, 'name' | 'title' | 'group'>;
  readonly direction: Direction;
  readonly cells: readonly CellResult[];
}

export interface CellResult {
  readonly carrier: Carrier;
  /** `null` when the run failed; then `differences` says how. */
  readonly observation: Observation | null;
  readonly differences: readonly (
    Difference | { readonly aspect: 'the run'; readonly got: string; readonly expected: string }
  )[];
}

export interface MatrixOptions {
  readonly carriers: readonly Carrier[];
  /** Rows at a time. */
  readonly jobs: number;
  /** Names, or a part of them; empty: all. */
  readonly only: readonly string[];
  readonly onCell?: (done: number, all: number, row: string, result: CellResult) => void;
  readonly signal?: AbortSignal;
}

/** Plays every scenario by every carrier; the first carrier is the reference. */
export async function runMatrix<Stage>(
  theatre: Theatre<Stage>,
  { carriers, jobs, only, onCell, signal }: MatrixOptions,
): Promise<Row[]> {
  const plans = theatre.scenarios
    .filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))
    .flatMap((scenario) => scenario.directions.map((direction) => ({ scenario, direction })));
  const others = carriers.filter(({ id }) => id !== reference.id);
  const all = plans.length * (others.length + 1);
  let done = 0;

  const playRow = async ({ scenario, direction }: (typeof plans)[number]): Promise<Row> => {
    const name = `${scenario.name} ${direction}`;
    const cells: CellResult[] = [];
    const add = (result: CellResult) => {
      cells.push(result);
      onCell?.((done += 1), all, name, result);
    };
    const play = async (
      carrier: Carrier,
      compare: (seen: Observation) => CellResult['differences'],
    ): Promise<Observation | null> => {
      signal?.throwIfAborted();
      try {
        const observation = await theatre.perform({ scenario, direction, carrier });
        add({ carrier, observation, differences: compare(observation) });
        return observation;
      } catch (error) {
        signal?.throwIfAborted();
        add({ carrier, observation: null, differences: [broken((error as Error).message)] });
        return null;
      }
    };
    const expected = await play(reference, (seen) => missing(scenario, seen).map(broken));
    for (const carrier of others) {
      await play(carrier, (seen) =>
        expected === null
          ? [broken('there is no run with plain ssh to compare with')]
          : judge(scenario, carrier, seen, withEnding(expected, cells)),
      );
    }
    return { scenario: pick(scenario), direction, cells };
  };

  const rows: Row[] = new Array<Row>(plans.length);
  const queue = plans.entries();
  const work = async () => {
    for (const [i, plan] of queue) rows[i] = await playRow(plan);
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return rows;
}

/** Nobody sees how plain ssh itself ended; the first transport that told it speaks for all. */
function withEnding(expected: Observation, cells: readonly CellResult[]): Observation {
  const carried = cells.map(({ observation }) => observation?.carried ?? null);
  return { ...expected, carried: carried.find((one) => one !== null) ?? null };
}

const broken = (got: string) => ({ aspect: 'the run', expected: 'a run to its end', got }) as const;

const pick = ({ name, title, group }: Scenario<never> | Row['scenario']) => ({
  name,
  title,
  group,
});
