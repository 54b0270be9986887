import { describe, expect, it } from 'vitest';
import { median } from '@rsync-io/kit/statistics';
import { ratio, summarize } from '../src/measure/statistics.ts';

describe('statistics', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });

  it('leaves the order of the values alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('summarizes, and says when there is nothing to summarize', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(summarize([])).toBeNull();
  });

  it('divides medians, and takes the extremes of the rounds', () => {
    expect(ratio([10, 30, 20], [10, 10, 40])).toEqual({ median: 2, min: 0.5, max: 3 });
  });

  it('has no ratio to nothing or to zero', () => {
    expect(ratio([1], [])).toBeNull();
    expect(ratio([], [1])).toBeNull();
    expect(ratio([1, 2], [3, 0])).toBeNull();
  });
});
