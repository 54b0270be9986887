import type { Figures } from './worker/figures.js';

/** How something developed over a run. Unit: bytes. */
export interface Trend {
  /** Medians of the second quarter of the run, and of its last. */
  readonly early: number;
  readonly late: number;
  /** Growth for each connection, over the last three quarters: the slope of the line that fits best. */
  readonly perConnection: number;
}

export interface Sample {
  /** Since the beginning. Unit: milliseconds. */
  readonly ms: number;
  readonly figures: Figures;
}

export function trend(samples: readonly Sample[], of: 'memory' | 'heap'): Trend {
  const end = samples.at(-1)?.ms ?? 0;
  const between = (from: number, to: number) =>
    samples.filter(({ ms }) => ms >= from * end && ms <= to * end);
  const value = ({ figures }: Sample) => figures.census[of];
  return {
    early: median(between(0.25, 0.5).map(value)),
    late: median(between(0.75, 1).map(value)),
    perConnection: slope(
      between(0.25, 1).map((sample) => [sample.figures.connections, value(sample)]),
    ),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** By least squares; 0 for fewer than two points. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (axis: 0 | 1) => points.reduce((sum, at) => sum + at[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, at) => sum + (at[0] - x) ** 2, 0);
  return over > 0 ? points.reduce((sum, at) => sum + (at[0] - x) * (at[1] - y), 0) / over : 0;
}
