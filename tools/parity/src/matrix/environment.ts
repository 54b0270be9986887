import type { Variant } from '../variant/variant.ts';
import type { InjectedBug } from '../variant/injected-bugs.ts';
import type { Observation } from './observation.ts';
import type { Direction, Scenario } from './scenario.ts';

/** One run: a scenario in one direction with one variant. */
export interface Cell<WorkDir> {
  readonly scenario: Scenario<WorkDir>;
  readonly direction: Direction;
  readonly variant: Variant;
}

/** Runs cells, with real programs or with their recordings. */
export interface Environment<WorkDir = unknown> {
  readonly scenarios: readonly Scenario<WorkDir>[];
  /** Versions of the programs involved. */
  readonly versions: Readonly<Record<string, string>>;
  run(cell: Cell<WorkDir>): Promise<Observation>;
  /** Ends processes and removes files. */
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  /** For the tests of the matrix. */
  readonly bug?: InjectedBug;
}

/** A longer run is killed and reported as an error. Unit: milliseconds. */
export const CELL_DEADLINE_MS = 120_000;
