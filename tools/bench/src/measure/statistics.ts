export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError without a value */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** `null` without a value. */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Ours over the peer's. The middle is the quotient of the two medians, so that it can be checked
 * against the table; least and greatest are those of single rounds, whose runs stood next to each
 * other in time. `null` when there is nothing to divide.
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
