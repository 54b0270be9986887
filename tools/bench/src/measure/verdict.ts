import type { Summary } from './statistics.ts';

/** The target: a ratio to the peer, or a limit of our own value. */
export type Target =
  | { readonly of: 'ratio'; readonly atLeast: number }
  | { readonly of: 'ratio'; readonly atMost: number }
  | { readonly of: 'ours'; readonly below: number };

/** `reported`: there is no target. */
export type Verdict = 'met' | 'missed' | 'reported' | 'not run';

/** Compares the medians with the target. Returns `not run` if a required value was not measured. */
export function judge(target: Target | null, ours: Summary | null, ratio: Summary | null): Verdict {
  if (ours === null) return 'not run';
  if (target === null) return 'reported';
  if (target.of === 'ours') return ours.median < target.below ? 'met' : 'missed';
  if (ratio === null) return 'not run';
  const met = 'atLeast' in target ? ratio.median >= target.atLeast : ratio.median <= target.atMost;
  return met ? 'met' : 'missed';
}
