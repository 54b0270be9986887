import type { CodeIdentity, ParityReport, Platform } from '@rsync-io/parity';
import { evidence, statusText } from '@rsync-io/rollout';
import { describe, expect, it } from 'vitest';
import { greenReport } from './green-report.js';

const now: CodeIdentity = { commit: 'c'.repeat(40), packages: 'd'.repeat(40), clean: true };
const report = (platform: Platform, change: Partial<ParityReport> = {}): ParityReport => ({
  ...greenReport(platform, now),
  ...change,
});
const judged = (reports: readonly ParityReport[], code = now) =>
  Object.fromEntries(
    evidence(reports, code).map(({ platform, counts, words }) => [platform, counts || words]),
  );

describe('evidence', () => {
  it('counts when every platform was shown equal, for this code, whole', () => {
    const reports = [report('linux'), report('macos'), report('windows', { replay: true })];
    expect(judged(reports)).toEqual({ linux: true, macos: true, windows: true });
  });

  it.each<[string, Partial<ParityReport>, RegExp]>([
    ['a difference', { totals: { rows: 1, cells: 10, red: 1 } }, /1 of 10 cells differ/],
    ['a part of the matrix', { complete: false }, /only a part/],
    ['nothing', { totals: { rows: 0, cells: 0, red: 0 } }, /only a part/],
    ['recorded runs', { replay: true }, /real programs are wanted/],
    ['uncommitted code', { code: { ...now, clean: false } }, /changes that no commit has/],
    ['other code', { code: { ...now, packages: 'e'.repeat(40) } }, /of other code \(cccccccccc\)/],
  ])('does not count when a report is of %s', (_, change, words) => {
    expect(judged([report('linux', change)])['linux']).toMatch(words);
  });

  it('does not count for code that is changed since', () => {
    expect(judged([report('linux')], { ...now, clean: false })['linux']).toMatch(/no commit has/);
  });

  it('counts for a later commit that changed nothing in packages/', () => {
    expect(judged([report('linux')], { ...now, commit: 'f'.repeat(40) })['linux']).toBe(true);
  });

  it('names the platform that is missing', () => {
    const found = evidence([report('linux'), report('windows')], now);
    expect(judged([report('linux'), report('windows')])['macos']).toMatch(
      /^no report: run npm run parity on macos/,
    );
    expect(statusText([], found)).toMatch(/promote refuses, for want of evidence: macos\.\n$/);
  });
});
