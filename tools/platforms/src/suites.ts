import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatTable } from '@rsync-io/kit/table';
import type { RunResults } from '../../../config/results-reporter.ts';

export type { RunResults };

/** Test results of one package, on one Node, in one state of the flag. */
export interface SuiteResult {
  readonly node: string;
  readonly package: string;
  readonly flag: string;
  readonly passed: number;
  /** Failed tests, and test files that could not be loaded. */
  readonly failed: number;
  readonly skipped: number;
  readonly problems: readonly string[];
}

export interface SuiteRun {
  readonly node: string;
  readonly name: string;
  /** Where vitest wrote its results. */
  readonly folder: string;
  /** Exit status of vitest. */
  readonly status: number;
}

/** One row for each state of the flag that ran. A run without results is a failure. */
export function suiteResults({ node, name, folder, status }: SuiteRun): SuiteResult[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
  const row = (flag: string, tests: RunResults['tests'], problems: string[]): SuiteResult => {
    const count = (wanted: string) => tests.filter((test) => test.status === wanted).length;
    const counts = { passed: count('passed'), skipped: count('skipped'), failed: problems.length };
    return { node, package: name, flag, ...counts, problems };
  };
  const rows = files.sort().map((file) => {
    const results = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as RunResults;
    const failed = results.tests.filter((test) => test.status === 'failed');
    const problems = [...failed.map(({ title }) => title), ...results.errors];
    if (results.tests.length === 0) problems.push('no test ran');
    return row(results.run, results.tests, problems);
  });
  if (rows.length === 0) return [row('-', [], [`no test ran (status ${status})`])];
  if (status === 0 || rows.some(({ failed }) => failed > 0)) return rows;
  return rows.map(({ problems, ...rest }) => ({
    ...rest,
    failed: 1,
    problems: [...problems, `vitest exited with status ${status}`],
  }));
}

/** A failure, because what did not run has not passed. */
export function notRun(major: string, problem: string): SuiteResult {
  const none = { package: 'none', flag: '-', passed: 0, skipped: 0 };
  return { node: `v${major}`, ...none, failed: 1, problems: [problem] };
}

export function totals(results: readonly SuiteResult[]) {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

export function summary(results: readonly SuiteResult[]): string {
  const head = ['node', 'package', 'flag', 'passed', 'failed', 'skipped'];
  const rows = results.map((r) => [r.node, r.package, r.flag, r.passed, r.failed, r.skipped]);
  const { passed, failed, skipped } = totals(results);
  const problems = results.flatMap((r) =>
    r.problems.map((problem) => `${r.node} ${r.package} ${r.flag}: ${problem}`),
  );
  return [
    formatTable(head, rows),
    ...problems,
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n');
}
