import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { suiteResult, suiteResults, table, totals } from '../src/suites.js';

const tests = (...statuses: ('passed' | 'failed' | 'skipped')[]) => ({
  run: 'on',
  errors: [] as string[],
  tests: statuses.map((status, i) => ({ title: `case ${i}`, status })),
});
const result = (...statuses: Parameters<typeof tests>) =>
  suiteResult('v22.1.0', 'pipe', 'on', tests(...statuses), 0);

describe('the results of a suite', () => {
  it('are counted', () => {
    const { passed, failed, skipped } = result('passed', 'passed', 'failed', 'skipped');
    expect({ passed, failed, skipped }).toEqual({ passed: 2, failed: 1, skipped: 1 });
  });

  it('name what failed', () => {
    expect(result('passed', 'failed').problems).toEqual(['case 1']);
  });

  it.each([
    ['wrote nothing', null, 0, /no test was run/],
    ['ran no test', tests(), 0, /no test was run/],
    ['could not load a file', { ...tests('passed'), errors: ['a.test.ts: boom'] }, 1, /boom/],
    ['ended with an error of its own', tests('passed'), 9, /status 9/],
  ])('are a failure when the run %s', (_, written, status, problem) => {
    const failure = suiteResult('v22.1.0', 'pipe', 'on', written, status);
    expect(failure.failed).toBe(1);
    expect(failure.problems.join()).toMatch(problem);
  });

  it('blame a status on the states of the flag only where no test has failed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-suites-'));
    const failures = (off: ReturnType<typeof tests>, on: ReturnType<typeof tests>) => {
      writeFileSync(path.join(folder, 'off.json'), JSON.stringify(off));
      writeFileSync(path.join(folder, 'on.json'), JSON.stringify(on));
      const run = { node: 'v22.1.0', name: 'pipe', flags: ['off', 'on'], folder, status: 1 };
      return suiteResults(run).map(({ failed }) => failed);
    };
    try {
      expect(failures(tests('passed'), tests('passed', 'failed'))).toEqual([0, 1]);
      expect(failures(tests('passed'), tests('passed'))).toEqual([1, 1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('add up, and make a table with a row each', () => {
    const results = [result('passed'), result('passed', 'failed')];
    expect(totals(results)).toEqual({ passed: 2, failed: 1, skipped: 0 });
    expect(table(results).split('\n')).toHaveLength(4);
    expect(table(results)).toContain('case 1');
  });
});

describe('the command', () => {
  const main = path.join(import.meta.dirname, '../src/main.js');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run test:windows/);
  });

  it.each([['--node', 'latest'], ['--package', 'ssh2'], ['--flag', 'maybe'], ['--nonsense']])(
    'refuses %s %s',
    (...args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/Try --help\.\n$/);
    },
  );
});
