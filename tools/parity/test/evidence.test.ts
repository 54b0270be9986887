import { describe, expect, it } from 'vitest';
import type { Platform } from '../src/platform.ts';
import type { CodeIdentity } from '../src/report/code-identity.ts';
import type { ParityReport } from '../src/report/report.ts';
import { evidenceOf } from '../src/rollout/evidence.ts';
import { greenReport } from './green-report.ts';

const now: CodeIdentity = { commit: 'c'.repeat(40), packages: 'd'.repeat(40), clean: true };
const report = (platform: Platform, change: Partial<ParityReport> = {}): ParityReport => ({
  ...greenReport(platform, now),
  ...change,
});
const judged = (reports: readonly ParityReport[], code = now) =>
  Object.fromEntries(
    evidenceOf(reports, code).map(({ platform, counts, text }) => [platform, counts || text]),
  );

describe('evidence', () => {
  it('counts for a complete and equal run of the present code on every platform', () => {
    const reports = [report('linux'), report('macos'), report('windows', { replay: true })];
    expect(judged(reports)).toEqual({ linux: true, macos: true, windows: true });
  });

  it.each<[string, Partial<ParityReport>, RegExp]>([
    ['a difference', { totals: { rows: 1, cells: 10, red: 1 } }, /1 of 10 cells differ/],
    ['a part of the matrix', { complete: false }, /only a part/],
    ['nothing', { totals: { rows: 0, cells: 0, red: 0 } }, /only a part/],
    ['recorded runs', { replay: true }, /run real programs/],
    ['uncommitted code', { code: { ...now, clean: false } }, /uncommitted changes/],
    [
      'other code',
      { code: { ...now, packages: 'e'.repeat(40) } },
      /about other code \(cccccccccc\)/,
    ],
  ])('does not count if the report is of %s', (_, change, words) => {
    expect(judged([report('linux', change)])['linux']).toMatch(words);
  });

  it('does not count for code that has changed', () => {
    expect(judged([report('linux')], { ...now, clean: false })['linux']).toMatch(
      /uncommitted changes/,
    );
  });

  it('counts for a later commit that does not change packages/', () => {
    expect(judged([report('linux')], { ...now, commit: 'f'.repeat(40) })['linux']).toBe(true);
  });

  it('lists the missing platform', () => {
    expect(judged([report('linux'), report('windows')])['macos']).toMatch(
      /^no report: run npm run parity on macos/,
    );
  });
});
