import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Project, testMode, testRuns } from '../../../config/flag.ts';
import type { RunResults } from '../../../config/results-reporter.ts';

/** Counts of one run of one project's tests. */
export interface TestCounts {
  /** Its name, with the mode of tests other than the fast ones. */
  project: string;
  run: string;
  passed: number;
  failed: number;
  skipped: number;
}

export interface Results {
  /** Names of the tasks that are not tests and succeeded, such as `rsync-io:lint`. */
  checks: string[];
  tests: TestCounts[];
  notRun: { title: string; reason: string }[];
  /** Failures other than that of a single test. */
  problems: string[];
}

/** The reason at the end of the title of a skipped test or suite. */
const REASON = / — not run: (.+?)(?= > |$)/;

/**
 * Reads Nx's record of the tasks that ran, and the results of those that are tests. Results that are missing or
 * empty are problems: a test that did not run counts as failed.
 */
export function readResults(runRecord: string, projects: readonly Project[]): Results {
  const results: Results = { checks: [], tests: [], notRun: [], problems: [] };
  if (!existsSync(runRecord)) {
    results.problems.push('Nx did not finish');
    return results;
  }
  const { tasks }: { tasks: NxTask[] } = JSON.parse(readFileSync(runRecord, 'utf8'));
  for (const { taskId, target, projectName, status } of tasks) {
    const project = projects.find(({ name }) => name === projectName);
    const mode = testMode(project?.scripts[target]);
    if (mode === undefined || project === undefined) {
      if (status === 0) results.checks.push(taskId);
      else results.problems.push(`${taskId} failed`);
      continue;
    }
    const before = results.problems.length + failures(results);
    for (const run of testRuns(project.folder, mode, projects)) {
      const file = path.join(project.folder, 'test-results', mode, `${run}.json`);
      const title = mode === 'fast' ? projectName : `${projectName}, ${mode}`;
      if (existsSync(file)) addFile(results, title, JSON.parse(readFileSync(file, 'utf8')));
      else results.problems.push(`${taskId}: no results${run === 'any' ? '' : ` (flag ${run})`}`);
    }
    // Vitest also fails because of an unhandled error, even if every test passed.
    const explained = results.problems.length + failures(results) > before;
    if (status !== 0 && !explained) results.problems.push(`${taskId} failed`);
  }
  return results;
}

interface NxTask {
  taskId: string;
  target: string;
  projectName: string;
  status: number;
}

const failures = ({ tests }: Results) => tests.reduce((sum, { failed }) => sum + failed, 0);

function addFile(results: Results, project: string, { run, tests, errors }: RunResults): void {
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const name = run === 'any' ? project : `${project} (flag ${run})`;
  results.tests.push({
    project,
    run,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
  });
  if (tests.length + errors.length === 0) results.problems.push(`${name}: no tests`);
  for (const error of errors) results.problems.push(`${name}: ${error}`);
  for (const { title, status, note } of tests) {
    if (status !== 'skipped') continue;
    const reason = note ?? REASON.exec(title)?.[1] ?? 'no reason given';
    results.notRun.push({ title: `${name}: ${title.replace(REASON, '')}`, reason });
  }
}
