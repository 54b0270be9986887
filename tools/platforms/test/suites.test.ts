import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { suiteResults } from '../src/suites.ts';

type Status = 'passed' | 'failed' | 'skipped';

describe('the results of a suite', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-suites-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (state: string, statuses: Status[], errors: string[] = []) =>
    writeFileSync(
      path.join(folder, `${state}.json`),
      JSON.stringify({
        run: state,
        errors,
        tests: statuses.map((status, i) => ({ title: `case ${i}`, status })),
      }),
    );
  const results = (status = 0) => suiteResults({ node: 'v22.1.0', name: 'pipe', folder, status });

  it('have a row for each state of the flag, and list the failed tests', () => {
    write('off', ['passed', 'passed']);
    write('on', ['passed', 'failed', 'skipped']);
    expect(results(1)).toMatchObject([
      { flag: 'off', passed: 2, failed: 0, skipped: 0, problems: [] },
      { flag: 'on', passed: 1, failed: 1, skipped: 1, problems: ['case 1'] },
    ]);
  });

  it.each([
    ['wrote no results', () => {}, 0, /no test ran/],
    ['ran no test', () => write('on', []), 0, /no test ran/],
    ['could not load a file', () => write('on', ['passed'], ['a.test.ts: boom']), 1, /boom/],
    ['exited with an error', () => write('on', ['passed']), 9, /status 9/],
  ])('are a failure if vitest %s', (_, run, status, problem) => {
    run();
    expect(results(status)).toMatchObject([
      { failed: 1, problems: [expect.stringMatching(problem)] },
    ]);
  });
});
