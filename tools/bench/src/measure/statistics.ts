import { median } from '@rsync-io/kit/statistics';

/** A median and its confidence interval. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** `null` without a value. */
export function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = intervalRank(values.length);
  const [low, high] = [sorted[rank], sorted.at(-1 - rank)] as [number, number];
  return { median: median(values), low, high };
}

/** Summarizes the quotients of each round, whose runs were adjacent in time. `null` if there are none. */
export function ratio(ours: readonly number[], peer: readonly number[]): Summary | null {
  if (peer.includes(0)) return null;
  const pairs = ours.slice(0, peer.length).map((value, i) => value / (peer[i] as number));
  return summarize(pairs);
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
    if (outside > 0.05) return Math.max(0, rank - 1);
    probability *= (count - rank) / (rank + 1);
  }
}
