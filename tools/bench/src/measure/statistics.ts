import { median } from '@rsync-io/kit/statistics';

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `null` without a value. */
export function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Our values divided by the peer's. The middle is the quotient of the two medians, as in the table.
 * Minimum and maximum are those of single rounds, whose runs were adjacent in time. `null` without
 * values.
 */
export function ratio(ours: readonly number[], peer: readonly number[]): Summary | null {
  if (ours.length === 0 || peer.length === 0 || peer.includes(0)) return null;
  const rounds = Math.min(ours.length, peer.length);
  const quotients = Array.from(
    { length: rounds },
    (_, i) => (ours[i] as number) / (peer[i] as number),
  );
  return {
    median: median(ours) / median(peer),
    min: Math.min(...quotients),
    max: Math.max(...quotients),
  };
}
