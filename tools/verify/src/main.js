import { styleText } from 'node:util';
import { command } from '@rsync-io/command';
import { realPeers } from './peers.js';
import { clearResults, readResults } from './results.js';
import { endChildrenOnSignal, run } from './run.js';
import { steps } from './steps.js';
import { formatSummary, lastLine, summarize } from './summary.js';
import { ROOT, projects } from './workspace.js';

const HELP = `Usage: npm test [-- --json]

Runs every check of the workspace and says what passed, what failed, and what was not run and why.

  --json   the summary as JSON on stdout, progress on stderr
  --help   this text

Environment:
  RSYNC_IO_FLAG=off|on        tests with one state of the flag only (default: both)
  RSYNC_IO_REQUIRE_PEERS=1    a skipped test or an absent peer (ssh, sshd, rsync) is a failure
  NO_COLOR                    no colours
`;

await command({
  name: 'npm test',
  help: HELP,
  options: { json: { type: 'boolean', default: false } },
  read: ({ json }) => ({ json }),
  run: verify,
});

/** @param {{ json: boolean }} options */
async function verify(options) {
  endChildrenOnSignal();
  const progress = options.json ? process.stderr : process.stdout;
  const color = progress.isTTY && !process.env['NO_COLOR'];
  const heading = (/** @type {string} */ text) =>
    progress.write(`\n${color ? styleText('bold', text) : text}\n`);
  const env = {
    ...process.env,
    ...(color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: '0' }),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    npm_config_loglevel: 'error',
  };

  const workspace = projects();
  clearResults(workspace);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  const outcomes = [];
  for (const { title, command, countsTests = false } of steps) {
    heading(`── ${title}`);
    const begun = seconds();
    const { code } = await run(command, { cwd: ROOT, env, output: progress.fd });
    outcomes.push({ title, ok: code === 0, seconds: seconds() - begun, countsTests });
  }

  const results = readResults(workspace, flagStates());
  const summary = summarize({
    steps: outcomes,
    results,
    peers: await realPeers().catch((error) => {
      results.problems.push(error.message);
      return [];
    }),
    requirePeers: process.env['RSYNC_IO_REQUIRE_PEERS'] === '1',
    seconds: seconds(),
  });
  heading('── Summary');
  progress.write(`${formatSummary(summary)}\n\n${lastLine(summary)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  return summary.failed === 0 ? 0 : 1;
}

function flagStates() {
  const only = process.env['RSYNC_IO_FLAG'];
  return only ? [only] : ['off', 'on'];
}
