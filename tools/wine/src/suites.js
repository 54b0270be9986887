import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The packages with a Windows side, in the order in which they build on each other. */
export const PACKAGES = [
  'aux-channel',
  'pipe',
  'win-shim',
  'transport-async',
  'transport-sync',
  'ssh',
];

/** What is given to vitest, for a package whose other tests need programs of Unix. @type {Record<string, string[]>} */
export const FILTERS = { ssh: ['test/windows'] };

/** The versions of Node that the project supports and that Wine 10 runs. */
export const NODES = ['20', '22', '24'];

export const FLAG_STATES = ['off', 'on'];

/**
 * @typedef {object} SuiteResult
 * @property {string} node its version
 * @property {string} package
 * @property {string} flag
 * @property {number} passed
 * @property {number} failed tests, and files that could not be loaded
 * @property {number} skipped
 * @property {string[]} problems
 */

/**
 * @param {string} node
 * @param {string} name
 * @param {string} flag
 * @param {import('../../../config/results-reporter.ts').RunResults | null} results what the run wrote;
 *   `null`: nothing, so it did not pass
 * @param {number} status of the run
 * @returns {SuiteResult}
 */
export function suiteResult(node, name, flag, results, status) {
  const tests = results?.tests ?? [];
  const count = (/** @type {string} */ wanted) => tests.filter((t) => t.status === wanted).length;
  const problems = tests.filter((t) => t.status === 'failed').map((t) => t.title);
  problems.push(...(results?.errors ?? []));
  if (tests.length === 0) problems.push('no test was run');
  if (status !== 0 && problems.length === 0) problems.push(`the run ended with status ${status}`);
  return {
    node,
    package: name,
    flag,
    passed: count('passed'),
    failed: problems.length,
    skipped: count('skipped'),
    problems,
  };
}

/**
 * The results of one run of a package's tests, a row for each state of the flag.
 *
 * @param {{ node: string, name: string, flags: readonly string[], folder: string, status: number }} run
 *   `folder`: where the run wrote its results
 * @returns {SuiteResult[]}
 */
export function suiteResults({ node, name, flags, folder, status }) {
  // A package to which the flag does not matter writes a single `any.json`.
  const written = existsSync(folder) ? readdirSync(folder) : [];
  const runs = written.includes('any.json') ? ['any'] : flags;
  const rows = (/** @type {number} */ ended) =>
    runs.map((flag) => {
      const file = path.join(folder, `${flag}.json`);
      const written = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
      return suiteResult(node, name, flag, written, ended);
    });
  // The status is of all states together: where one of them has failed tests, it says nothing of the others.
  const told = rows(0);
  return told.some(({ failed }) => failed > 0) ? told : rows(status);
}

/** @param {readonly SuiteResult[]} results */
export function totals(results) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** @param {readonly SuiteResult[]} results */
export function table(results) {
  const width = Math.max(...results.map((r) => r.package.length), 7);
  const nodes = Math.max(...results.map((r) => r.node.length), 4);
  const number = (/** @type {number} */ n) => String(n).padStart(7);
  return [
    `  ${'node'.padEnd(nodes)}  ${'package'.padEnd(width)}  flag   passed  failed skipped`,
    ...results.flatMap((r) => [
      `  ${r.node.padEnd(nodes)}  ${r.package.padEnd(width)}  ${r.flag.padEnd(4)} ${number(r.passed)} ${number(r.failed)} ${number(r.skipped)}`,
      ...r.problems.map((problem) => `      ${problem}`),
    ]),
  ].join('\n');
}
