import { median } from '@rsync-io/kit/statistics';

/** A median and its confidence interval. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const CONFIDENCE = 0.95;

/** `null` without a value. */
export function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = intervalRank(values.length);
  return {
    median: median(values),
    low: sorted[rank] as number,
    high: sorted[values.length - 1 - rank] as number,
  };
}

/** Summarizes the quotients of each round, whose runs were adjacent in time. `null` if there are none. */
export function ratio(ours: readonly number[], peer: readonly number[]): Summary | null {
  const rounds = Math.min(ours.length, peer.length);
  if (peer.includes(0)) return null;
  return summarize(
    Array.from({ length: rounds }, (_, i) => (ours[i] as number) / (peer[i] as number)),
  );
}

/**
 * The interval between the values of this rank from both ends contains the median of the distribution,
 * whatever its shape, with a probability of at least 95 % (order statistics, sign test). Fewer than six
 * values cannot reach that; their interval extends from the minimum to the maximum.
 */
export function intervalRank(count: number): number {
  let outside = 0;
  let probability = 0.5 ** count;
  for (let rank = 0; ; rank++) {
    outside += 2 * probability;
    if (outside > 1 - CONFIDENCE) return Math.max(0, rank - 1);
    probability *= (count - rank) / (rank + 1);
  }
}
