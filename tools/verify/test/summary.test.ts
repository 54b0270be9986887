import { expect, it } from 'vitest';
import type { Results, TestCounts } from '../src/results.ts';
import { formatSummary, lastLine, summarize } from '../src/summary.ts';

const summary = (
  row: Partial<TestCounts> = {},
  results: Partial<Results> = {},
  run: { succeeded?: boolean; requirePeers?: boolean } = {},
) =>
  summarize({
    succeeded: true,
    results: {
      checks: ['root:lint'],
      tests: [{ project: 'p', run: 'any', passed: 3, failed: 0, skipped: 0, ...row }],
      notRun: [],
      problems: [],
      ...results,
    },
    requirePeers: false,
    seconds: 2,
    ...run,
  });

it('adds the tests and the other checks', () => {
  expect(lastLine(summary())).toBe('4 passed, 0 failed, 0 skipped');
});

it('counts a problem as a failure', () => {
  expect(lastLine(summary({}, { problems: ['lint failed'] }))).toBe(
    '4 passed, 1 failed, 0 skipped',
  );
});

it('counts a failed test once', () => {
  expect(lastLine(summary({ failed: 1 }, {}, { succeeded: false }))).toBe(
    '4 passed, 1 failed, 0 skipped',
  );
});

it('counts a failure of Nx that no task explains', () => {
  expect(summary({}, {}, { succeeded: false }).problems).toEqual(['Nx failed']);
});

it('counts skipped tests as failures only where peers are required', () => {
  expect(summary({ skipped: 2 }).failed).toBe(0);
  expect(summary({ skipped: 2 }, {}, { requirePeers: true }).problems).toEqual([
    'RSYNC_IO_REQUIRE_PEERS is set, and 2 tests were skipped',
  ]);
});

it('lists each reason for not running once, with its tests under it', () => {
  const notRun = ['moves a tree', 'says why'].map((title) => ({ title, reason: 'no rsync here' }));
  expect(formatSummary(summary({}, { notRun }))).toContain(
    '    no rsync here:\n      moves a tree\n      says why\n',
  );
});
