/**
 * @typedef {import('./results.js').Results} Results
 * @typedef {import('./peers.js').Peer} Peer
 * @typedef {{ title: string, ok: boolean, seconds: number, countsTests: boolean }} StepOutcome
 *
 * @typedef {object} Summary
 * @property {StepOutcome[]} steps
 * @property {Results['rows']} projects
 * @property {Results['notRun']} notRun
 * @property {Peer[]} peers
 * @property {string[]} problems whatever failed that is not a single test
 * @property {number} passed tests, and steps that are not tests
 * @property {number} failed the same, and problems; anything above 0 fails the run
 * @property {number} skipped tests
 * @property {number} seconds
 */

/**
 * @param {{ steps: StepOutcome[], results: Results, peers: Peer[], requirePeers: boolean, seconds: number }} run
 * @returns {Summary}
 */
export function summarize({ steps, results, peers, requirePeers, seconds }) {
  const total = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    results.rows.reduce((sum, row) => sum + row[key], 0);
  const problems = [...results.problems];
  const skipped = total('skipped');
  for (const step of steps) {
    // A task of tests may fail with every test passed: an unhandled error, a build before it.
    const explained = step.countsTests && (total('failed') > 0 || results.problems.length > 0);
    if (!step.ok && !explained) problems.push(`${step.title}: failed`);
  }
  if (requirePeers) {
    for (const { name, version } of peers) {
      if (version === null) problems.push(`RSYNC_IO_REQUIRE_PEERS is set, and ${name} is absent`);
    }
    if (peers.length === 0) problems.push('RSYNC_IO_REQUIRE_PEERS is set, and no peer is known');
    if (skipped > 0)
      problems.push(`RSYNC_IO_REQUIRE_PEERS is set, and ${skipped} tests were skipped`);
  }
  return {
    steps,
    projects: results.rows,
    notRun: results.notRun,
    peers,
    problems,
    passed: total('passed') + steps.filter((step) => step.ok && !step.countsTests).length,
    failed: total('failed') + problems.length,
    skipped,
    seconds,
  };
}

/**
 * The summary as text, without its last line.
 *
 * @param {Summary} summary
 */
export function formatSummary({ steps, projects, notRun, peers, problems, seconds }) {
  const width = Math.max(...projects.map((row) => row.project.length), 0);
  const count = (/** @type {number} */ n) => String(n).padStart(7);
  return [
    ...steps.map(
      ({ title, ok, seconds }) =>
        `  ${ok ? 'ok    ' : 'FAILED'}  ${title} (${seconds.toFixed(1)} s)`,
    ),
    '',
    `  ${'tests of'.padEnd(width)}  flag  passed  failed skipped`,
    ...projects.map(
      ({ project, state, passed, failed, skipped }) =>
        `  ${project.padEnd(width)}  ${state.padEnd(4)} ${count(passed)} ${count(failed)} ${count(skipped)}`,
    ),
    '',
    `  real peers: ${peers.map(({ name, version }) => `${name} ${version ?? 'absent'}`).join(', ') || 'unknown'}`,
    ...section('not run', byReason(notRun)),
    ...section('problems', problems),
    '',
    `  ${seconds.toFixed(0)} s in all`,
  ].join('\n');
}

/** @param {Pick<Summary, 'passed' | 'failed' | 'skipped'>} summary */
export const lastLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * @param {string} title
 * @param {string[]} lines
 */
const section = (title, lines) =>
  lines.length === 0 ? [] : ['', `  ${title}:`, ...lines.map((line) => `    ${line}`)];

/**
 * @param {Results['notRun']} notRun
 * @returns {string[]} each reason once, with the titles under it
 */
function byReason(notRun) {
  const reasons = new Map();
  for (const { title, reason } of notRun) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), title]);
  }
  return [...reasons].flatMap(([reason, titles]) => [
    `${reason}:`,
    ...titles.map((/** @type {string} */ title) => `  ${title}`),
  ]);
}
