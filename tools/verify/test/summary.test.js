import { expect, test } from 'vitest';
import { formatSummary, lastLine, summarize } from '../src/summary.js';

const format = { title: 'Format', ok: true, seconds: 1, countsTests: false };
const tests = { title: 'Tests', ok: true, seconds: 1, countsTests: true };
const sshd = { name: 'sshd', version: 'OpenSSH_9.2' };

/**
 * @param {object} [change]
 * @param {Partial<import('../src/results.js').ResultRow>} [row]
 */
const outcome = (change = {}, row = {}) =>
  summarize({
    steps: [format, tests],
    results: {
      rows: [{ project: '@x/y', state: 'on', passed: 3, failed: 0, skipped: 0, ...row }],
      notRun: [],
      problems: [],
    },
    peers: [sshd],
    requirePeers: false,
    seconds: 2,
    ...change,
  });

test('adds the tests and the other steps', () => {
  expect(lastLine(outcome())).toBe('4 passed, 0 failed, 0 skipped');
});

test('a failed test counts once, not again as a failed step', () => {
  const summary = outcome({ steps: [format, { ...tests, ok: false }] }, { failed: 1 });
  expect(lastLine(summary)).toBe('4 passed, 1 failed, 0 skipped');
});

test('a test step that fails with every test passed is a failure', () => {
  const summary = outcome({ steps: [format, { ...tests, ok: false }] });
  expect(summary.problems).toEqual(['Tests: failed']);
  expect(summary.failed).toBe(1);
});

test('a failed step is a failure', () => {
  expect(lastLine(outcome({ steps: [{ ...format, ok: false }, tests] }))).toBe(
    '3 passed, 1 failed, 0 skipped',
  );
});

test('an absent peer and a skipped test are failures only where peers are required', () => {
  const absent = { peers: [{ name: 'sshd', version: null }] };
  expect(outcome(absent, { skipped: 2 }).failed).toBe(0);
  expect(outcome({ ...absent, requirePeers: true }, { skipped: 2 }).problems).toEqual([
    'RSYNC_IO_REQUIRE_PEERS is set, and sshd is absent',
    'RSYNC_IO_REQUIRE_PEERS is set, and 2 tests were skipped',
  ]);
});

test('required peers that nobody looked for are absent', () => {
  expect(outcome({ peers: [], requirePeers: true }).failed).toBe(1);
});

test('names the peers, and each reason for not running with its tests under it', () => {
  const notRun = ['moves a tree', 'says why'].map((title) => ({ title, reason: 'no rsync here' }));
  const results = { rows: [], notRun, problems: [] };
  const peers = [sshd, { name: 'rsync', version: null }];
  const text = formatSummary(outcome({ results, peers }));
  expect(text).toContain('real peers: sshd OpenSSH_9.2, rsync absent');
  expect(text).toContain('    no rsync here:\n      moves a tree\n      says why\n');
});
