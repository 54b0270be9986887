import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResults } from '../../../config/results-reporter.ts';

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

/** The results that vitest wrote, one for each state of the flag that ran. */
export function runResults(folder: string): RunResults[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
  return files.sort().map((file) => JSON.parse(read(file)) as RunResults);
}

/** Titles of the tests with a status. */
export const titles = ({ tests }: RunResults, status: RunResults['tests'][number]['status']) =>
  tests.filter((test) => test.status === status).map(({ title }) => title);

/** One row for each state of the flag that ran. A run without results is a failure. */
export function suiteResults({ node, name, folder, status }: SuiteRun): SuiteResult[] {
  const results = runResults(folder);
  if (results.length === 0) return [failure(node, name, `no test ran (status ${status})`)];
  const isExplained = status === 0 || results.some((run) => problemsOf(run).length > 0);
  return results.map((run): SuiteResult => {
    const problems = problemsOf(run);
    if (!isExplained) problems.push(`vitest exited with status ${status}`);
    const [passed, skipped] = [titles(run, 'passed').length, titles(run, 'skipped').length];
    const counts = { passed, failed: problems.length, skipped };
    return { node, package: name, flag: run.run, ...counts, problems };
  });
}

function problemsOf(run: RunResults): string[] {
  const empty = run.tests.length === 0 ? ['no test ran'] : [];
  return [...titles(run, 'failed'), ...run.errors, ...empty];
}

/** In place of a package, in the result of a Node that is unavailable. */
export const NO_PACKAGE = 'none';

/** A suite that did not run counts as failed. */
export const failure = (node: string, name: string, problem: string): SuiteResult => ({
  ...{ node, package: name, flag: '-', passed: 0, failed: 1, skipped: 0 },
  problems: [problem],
});

export function totals(results: readonly SuiteResult[]) {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
