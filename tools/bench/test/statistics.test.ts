import { describe, expect, it } from 'vitest';
import { median } from '@rsync-io/kit/statistics';
import { intervalRank, ratio, summarize } from '../src/measure/statistics.ts';

describe('statistics', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });

  it('does not sort its argument', () => {
    const values = [3, 1, 2];
    median(values);
    summarize(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('summarizes, or returns null without a value', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
    expect(summarize([])).toBeNull();
  });

  it('has the ranks of the 95 % interval in the tables of the sign test', () => {
    const ranks = { 1: 0, 5: 0, 6: 0, 8: 0, 9: 1, 12: 2, 15: 3, 20: 5, 30: 9, 40: 13 };
    for (const [count, rank] of Object.entries(ranks)) {
      expect([count, intervalRank(Number(count))]).toEqual([count, rank]);
    }
  });

  it('leaves out an outlier from nine values on', () => {
    expect(summarize([5, 1, 2, 3, 4, 6, 7, 8, 1_000])).toEqual({ median: 5, low: 2, high: 8 });
  });

  it('takes the quotient of each round', () => {
    expect(ratio([10, 30, 20], [10, 10, 40])).toEqual({ median: 1, low: 0.5, high: 3 });
  });

  it('has no ratio to nothing or to zero', () => {
    expect(ratio([1], [])).toBeNull();
    expect(ratio([], [1])).toBeNull();
    expect(ratio([1, 2], [3, 0])).toBeNull();
  });
});
