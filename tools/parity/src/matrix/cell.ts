import type { Carrier } from '../carrier/carrier.js';
import type { Plant } from '../carrier/plant.js';
import type { Observation } from './observation.js';
import type { Direction, Scenario } from './scenario.js';

/** One run: a scenario in one direction by one carrier. */
export interface Cell<Stage> {
  readonly scenario: Scenario<Stage>;
  readonly direction: Direction;
  readonly carrier: Carrier;
}

/** Where cells run: real programs, or their replay. */
export interface Theatre<Stage = unknown> {
  readonly scenarios: readonly Scenario<Stage>[];
  /** What the outcomes depend on. */
  readonly versions: Readonly<Record<string, string>>;
  perform(cell: Cell<Stage>): Promise<Observation>;
  /** Ends and removes whatever was made. */
  close(): Promise<void>;
}

export interface TheatreOptions {
  /** Only for tests of the matrix itself. */
  readonly plant?: Plant;
}

/** Nothing takes longer; then it is killed and is an error. Unit: milliseconds. */
export const CELL_DEADLINE_MS = 60_000;
