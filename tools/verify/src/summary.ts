import type { Results } from './results.ts';

export interface Summary extends Results {
  /** Tests, and tasks that are not tests. */
  passed: number;
  /** Failed tests and tasks, and other problems. The run passes only if there are none. */
  failed: number;
  /** Tests. */
  skipped: number;
  seconds: number;
}

/** Adds up the results. `succeeded` states whether Nx reported success. */
export function summarize(outcome: {
  succeeded: boolean;
  results: Results;
  requirePeers: boolean;
  seconds: number;
}): Summary {
  const { succeeded, results, requirePeers, seconds } = outcome;
  const total = (key: 'passed' | 'failed' | 'skipped') =>
    results.tests.reduce((sum, row) => sum + row[key], 0);
  const problems = [...results.problems];
  const skipped = total('skipped');
  if (!succeeded && problems.length + total('failed') === 0) problems.push('Nx failed');
  if (requirePeers && skipped > 0) {
    problems.push(`RSYNC_IO_REQUIRE_PEERS is set, and ${skipped} tests were skipped`);
  }
  return {
    ...results,
    problems,
    passed: total('passed') + results.checks.length,
    failed: total('failed') + problems.length,
    skipped,
    seconds,
  };
}

/** The summary as text, without its last line. */
export function formatSummary({ checks, tests, notRun, problems, seconds }: Summary): string {
  const width = Math.max(...tests.map((row) => row.project.length), 0);
  const cell = (value: number | string) => String(value).padStart(8);
  const rows = tests.map(
    ({ project, run, passed, failed, skipped }) =>
      `  ${project.padEnd(width)}  ${(run === 'any' ? '' : run).padEnd(4)}` +
      `${cell(passed)}${cell(failed)}${cell(skipped)}`,
  );
  const runTwice = tests.some(({ run }) => run !== 'any');
  return [
    `  ${checks.length} checks passed: ${targetsOf(checks).join(', ')}`,
    '',
    `  ${'tests of'.padEnd(width)}  flag${cell('passed')}${cell('failed')}${cell('skipped')}`,
    ...rows,
    ...(runTwice
      ? ['  (no state of the flag: it does not matter there, so one run is enough)']
      : []),
    ...section('not run', byReason(notRun)),
    ...section('problems', problems),
    '',
    `  ${seconds.toFixed(0)} s in all`,
  ].join('\n');
}

export const lastLine = ({ passed, failed, skipped }: Summary): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const targetsOf = (tasks: string[]) => [
  ...new Set(tasks.map((task) => task.split(':')[1] ?? task)),
];

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', `  ${title}:`, ...lines.map((line) => `    ${line}`)];

/** Each reason once, followed by the titles of its tests. */
function byReason(notRun: Results['notRun']): string[] {
  const reasons = [...new Set(notRun.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => [
    `${reason}:`,
    ...notRun.filter((it) => it.reason === reason).map(({ title }) => `  ${title}`),
  ]);
}
