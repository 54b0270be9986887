import { describe, expect, it } from 'vitest';
import { readCases } from '../src/bench-case.ts';

const cases = readCases();

describe('the table of the cases', () => {
  it.each(cases)('$name compares its contenders, in known units', (benchCase) => {
    const ids = Object.keys(benchCase.contenders);
    expect(benchCase.comparisons.length).toBeGreaterThan(0);
    for (const { ours, peer, unit, target } of benchCase.comparisons) {
      expect(ids).toContain(ours);
      if (peer !== null) expect(ids).toContain(peer);
      expect(unit).toEqual(expect.any(String));
      if (target !== null) expect(target.value).toBeGreaterThan(0);
    }
  });

  it('names its cases and rows once', () => {
    const rows = cases.flatMap(({ title, comparisons }) =>
      comparisons.map(({ what }) => `${title}: ${what}`),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('has a target of the ratio, or of our own value', () => {
    const targets = cases.flatMap(({ comparisons }) => comparisons.map(({ target }) => target));
    const find = (text: string) => targets.find((target) => target?.text === text);
    expect(find('≥ 0.75 ×')).toMatchObject({ of: 'ratio', sign: '≥', value: 0.75 });
    expect(find('< 15 ms')).toMatchObject({ of: 'ours', sign: '<', value: 15 });
    expect(find('< 1.15 ×')).toMatchObject({ of: 'ours', sign: '<', value: 1.15 });
  });

  it('fits the time of a full run', () => {
    const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
    expect(seconds).toBeLessThan(600);
  });
});
