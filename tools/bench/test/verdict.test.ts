import { describe, expect, it } from 'vitest';
import { judge } from '../src/measure/verdict.ts';

const exactly = (value: number) => ({ median: value, min: value, max: value });

describe('the verdict', () => {
  it('is met at the bound of a ratio', () => {
    expect(judge({ of: 'ratio', atLeast: 1.5 }, exactly(3), exactly(1.5))).toBe('met');
    expect(judge({ of: 'ratio', atLeast: 1.5 }, exactly(3), exactly(1.49))).toBe('missed');
    expect(judge({ of: 'ratio', atMost: 1.25 }, exactly(3), exactly(1.25))).toBe('met');
    expect(judge({ of: 'ratio', atMost: 1.25 }, exactly(3), exactly(1.26))).toBe('missed');
  });

  it('is missed at the bound of a value that must lie below it', () => {
    expect(judge({ of: 'ours', below: 8 }, exactly(7.9), null)).toBe('met');
    expect(judge({ of: 'ours', below: 8 }, exactly(8), null)).toBe('missed');
  });

  it('only reports what has no target', () => {
    expect(judge(null, exactly(1), null)).toBe('reported');
  });

  it('is none when a side was not measured', () => {
    expect(judge(null, null, null)).toBe('not run');
    expect(judge({ of: 'ratio', atLeast: 1 }, exactly(1), null)).toBe('not run');
    expect(judge({ of: 'ours', below: 8 }, null, null)).toBe('not run');
  });
});
