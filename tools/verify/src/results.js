import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readJson } from './workspace.js';

/**
 * @typedef {import('../../../config/results-reporter.ts').FlagResults} FlagResults
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ project: string, state: string } & Counts} ResultRow
 * @typedef {{ title: string, reason: string }} NotRun
 * @typedef {{ rows: ResultRow[], notRun: NotRun[], problems: string[] }} Results
 */

/** Skipped tests and suites say why in their title. */
const REASON = / — not run: (.+?)(?= > |$)/;

/**
 * Removes what an earlier run left, so that no old result is counted.
 *
 * @param {import('./workspace.js').Project[]} projects
 */
export function clearResults(projects) {
  for (const { folder } of projects)
    rmSync(path.join(folder, 'test-results'), { recursive: true, force: true });
}

/**
 * Reads `test-results/<state>.json` of every project that has tests. A missing or an empty file is a
 * problem: tests that did not run have not passed.
 *
 * @param {import('./workspace.js').Project[]} projects
 * @param {readonly string[]} states the states of the flag that were to run
 * @returns {Results}
 */
export function readResults(projects, states) {
  /** @type {Results} */
  const results = { rows: [], notRun: [], problems: [] };
  for (const { name, folder, scripts } of projects) {
    if (!scripts['test']) continue;
    for (const state of states) {
      const file = path.join(folder, 'test-results', `${state}.json`);
      if (existsSync(file)) addFile(results, name, readJson(file));
      else results.problems.push(`${name}: no test results with the flag ${state}`);
    }
  }
  return results;
}

/**
 * @param {Results} results
 * @param {string} project
 * @param {FlagResults} file
 */
function addFile(results, project, { state, tests, errors }) {
  const count = (/** @type {string} */ status) => tests.filter((t) => t.status === status).length;
  results.rows.push({
    project,
    state,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
  });
  if (tests.length + errors.length === 0) {
    results.problems.push(`${project}: no tests with the flag ${state}`);
  }
  for (const error of errors) results.problems.push(`${project} (${state}): ${error}`);
  for (const { title, status, note } of tests) {
    if (status !== 'skipped') continue;
    const reason = note ?? REASON.exec(title)?.[1] ?? 'no reason given';
    results.notRun.push({ title: `${project} (${state}) ${title.replace(REASON, '')}`, reason });
  }
}
