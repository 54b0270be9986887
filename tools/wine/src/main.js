import { rmSync } from 'node:fs';
import path from 'node:path';
import { command, listed, timedLines } from '@rsync-io/command';
import { endChildrenOnSignal, run } from './run.js';
import { FILTERS, FLAG_STATES, NODES, PACKAGES, suiteResults, table, totals } from './suites.js';
import { CHECKOUT, Windows } from './windows.js';

const HELP = `Usage: npm run test:windows [-- OPTIONS]

Runs the vitest suites of ${PACKAGES.join(', ')}
on Windows builds of Node, under Wine, with the flag off and on.

  --node LIST      major versions of Node (default: ${NODES.join(',')})
  --package LIST   only these packages
  --flag off|on    only this state of the flag
  --setup          only make the Wine root, and fetch Node
  --json           the results as JSON on stdout, progress on stderr
  --help           this text

Needs Linux x64, root, apt and npm; the Wine root is made once, in ~/.cache/rsync-io.
Exit status: 0 all passed; 1 something failed; 2 wrong usage; 3 Windows cannot be run here.
`;

await command({
  name: 'test:windows',
  help: HELP,
  options: {
    node: { type: 'string', default: NODES.join(',') },
    package: { type: 'string', default: PACKAGES.join(',') },
    flag: { type: 'string', default: FLAG_STATES.join(',') },
    setup: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ node, package: list, flag, ...rest }) => ({
    ...rest,
    nodes: listed('--node', node, NODES),
    packages: listed('--package', list, PACKAGES),
    flags: listed('--flag', flag, FLAG_STATES),
  }),
  run: (options) => {
    endChildrenOnSignal();
    const progress = options.json ? process.stderr : process.stdout;
    return test(options, timedLines(progress), progress);
  },
});

/**
 * @typedef {{ nodes: string[], packages: string[], flags: string[], setup: boolean, json: boolean }} Options
 */

/**
 * @param {Options} options
 * @param {(text: string) => void} tell
 * @param {NodeJS.WriteStream} progress
 */
async function test({ nodes, packages, flags, setup, json }, tell, progress) {
  if (!setup) {
    tell('building');
    const { status, output } = await run(['npm', 'run', '--silent', 'build'], { cwd: CHECKOUT });
    if (status !== 0) {
      process.stderr.write(`${output}\nThe build failed.\n`);
      return 1;
    }
  }
  const windows = await Windows.open(tell);
  /** @type {import('./suites.js').SuiteResult[]} */
  const results = [];
  for (const major of nodes) {
    const { output, status } = await windows.node(major, ['-p', 'process.version']);
    const version = /v\d+\.\d+\.\d+/.exec(output)?.[0];
    if (status !== 0 || version === undefined) {
      throw new Error(`Windows Node ${major} does not run (status ${status}):\n${output}`);
    }
    tell(`Windows Node ${version}`);
    if (setup) continue;
    for (const name of packages) {
      const suite = await runSuite(windows, major, version, name, flags);
      for (const result of suite) {
        const { flag, passed, failed, skipped } = result;
        tell(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
      }
      results.push(...suite);
    }
  }
  if (setup) return 0;
  const { passed, failed, skipped } = totals(results);
  progress.write(`\n${table(results)}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (json)
    process.stdout.write(`${JSON.stringify({ results, passed, failed, skipped }, null, 2)}\n`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {Windows} windows
 * @param {string} major
 * @param {string} version
 * @param {string} name
 * @param {readonly string[]} flags
 */
async function runSuite(windows, major, version, name, flags) {
  const folder = path.join(windows.project, 'packages', name, 'test-results');
  rmSync(folder, { recursive: true, force: true });
  const { status, output } = await windows.node(
    major,
    ['../../node_modules/vitest/vitest.mjs', 'run', ...(FILTERS[name] ?? [])],
    {
      cwd: `packages/${name}`,
      env: { NO_COLOR: '1', CI: '1', ...(flags.length === 1 && { RSYNC_IO_FLAG: flags[0] ?? '' }) },
    },
  );
  if (status !== 0) process.stderr.write(output);
  return suiteResults({ node: version, name, flags, folder, status });
}
