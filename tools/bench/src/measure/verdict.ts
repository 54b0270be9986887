import type { Target } from '../bench-case.ts';
import type { Summary } from './statistics.ts';

/** `cannot tell`: the target is inside the confidence interval. `reported`: there is no target. */
export type Verdict = 'met' | 'missed' | 'cannot tell' | 'reported' | 'not run';

/** Compares the confidence interval with the target. */
export function judge(target: Target | null, ours: Summary | null, ratio: Summary | null): Verdict {
  if (ours === null) return 'not run';
  if (target === null) return 'reported';
  const summary = target.of === 'ours' ? ours : ratio;
  if (summary === null) return 'not run';
  const isMet = (value: number) => {
    if (target.sign === '<') return value < target.value;
    return target.sign === '≥' ? value >= target.value : value <= target.value;
  };
  if (isMet(summary.low) !== isMet(summary.high)) return 'cannot tell';
  return isMet(summary.median) ? 'met' : 'missed';
}
