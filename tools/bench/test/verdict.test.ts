import { describe, expect, it } from 'vitest';
import type { Target } from '../src/bench-case.ts';
import { judge } from '../src/measure/verdict.ts';

const target = (of: Target['of'], sign: Target['sign'], value: number): Target => ({
  of,
  sign,
  value,
  text: `${sign} ${value}`,
});
const atLeast = (value: number, of: Target['of'] = 'ratio') => target(of, '≥', value);
const atMost = (value: number) => target('ratio', '≤', value);
const below = (value: number) => target('ours', '<', value);
const between = (low: number, high: number) => ({ median: (low + high) / 2, low, high });
const exactly = (value: number) => between(value, value);

describe('the verdict', () => {
  it('is met at the bound of a ratio', () => {
    expect(judge(atLeast(1.5), exactly(3), exactly(1.5))).toBe('met');
    expect(judge(atLeast(1.5), exactly(3), exactly(1.49))).toBe('missed');
    expect(judge(atMost(1.25), exactly(3), exactly(1.25))).toBe('met');
    expect(judge(atMost(1.25), exactly(3), exactly(1.26))).toBe('missed');
  });

  it('is missed at the bound of a value that must lie below it', () => {
    expect(judge(below(8), exactly(7.9), null)).toBe('met');
    expect(judge(below(8), exactly(8), null)).toBe('missed');
    expect(judge(atLeast(8, 'ours'), exactly(8), null)).toBe('met');
  });

  it('is open while the target is inside the confidence interval', () => {
    expect(judge(atLeast(1.5), exactly(3), between(1.4, 2))).toBe('cannot tell');
    expect(judge(atMost(1.5), exactly(3), between(1.4, 2))).toBe('cannot tell');
    expect(judge(below(8), between(7, 8), null)).toBe('cannot tell');
    expect(judge(atLeast(1.5), exactly(3), between(1.6, 2))).toBe('met');
    expect(judge(atLeast(1.5), exactly(3), between(1, 1.4))).toBe('missed');
  });

  it('only reports what has no target', () => {
    expect(judge(null, exactly(1), null)).toBe('reported');
  });

  it('is none when a side was not measured', () => {
    expect(judge(null, null, null)).toBe('not run');
    expect(judge(atLeast(1), exactly(1), null)).toBe('not run');
    expect(judge(below(8), null, null)).toBe('not run');
  });
});
