import { failure } from '../difference.ts';
import type { Variant } from '../variant/variant.ts';
import type { Cell, Environment, RowTitle } from './environment.ts';

export interface MatrixOptions {
  readonly variants: readonly Variant[];
  /** Number of concurrent rows. */
  readonly jobs: number;
  /** Parts of the names of scenarios; empty: all. */
  readonly only: readonly string[];
  /** Only the scenarios of a smoke run. */
  readonly smoke?: boolean;
  readonly signal?: AbortSignal;
  readonly onCell?: (title: string, differences: Cell['differences']) => void;
}

/** One row of the matrix: a scenario with its results. */
export type Row<Title, Seen> = Title & { readonly cells: readonly Cell<Seen>[] };

/** Runs every scenario with every variant, the first of which is the reference, and closes the environment. */
export async function runMatrix<Title extends RowTitle, Seen>(
  environment: Environment<Title, Seen>,
  { variants, jobs, only, smoke, signal, onCell }: MatrixOptions,
): Promise<Row<Title, Seen>[]> {
  const chosen = environment.scenarios.filter(
    (one) =>
      (!smoke || one.smoke === true) &&
      (only.length === 0 || only.some((part) => one.name.includes(part))),
  );
  const rows: Row<Title, Seen>[] = [];
  const queue = chosen.entries();
  const work = async () => {
    for (const [i, scenario] of queue) {
      const cells: Cell<Seen>[] = [];
      for (const variant of variants) {
        let cell: Cell<Seen>;
        try {
          if (cells[0]?.observation === null) throw new Error('the run with plain ssh failed');
          const observation = await environment.run(scenario, variant);
          const differences = environment.judge(scenario, variant, observation, cells);
          cell = { variant, observation, differences };
        } catch (error) {
          cell = { variant, observation: null, differences: [failure((error as Error).message)] };
        }
        signal?.throwIfAborted();
        cells.push(cell);
        const title = [scenario.name, scenario.direction, variant.id].join(' ');
        onCell?.(title, cell.differences);
      }
      rows[i] = { ...scenario, cells };
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
    return rows;
  } finally {
    await environment.close();
  }
}
