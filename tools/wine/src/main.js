import path from 'node:path';
import { endChildrenOnSignal, run } from './run.js';
import { conclude, runSuite, suiteRequest, teller } from './suite-command.js';
import { FILTERS, NODES, PACKAGES } from './suites.js';
import { CHECKOUT, Windows, WindowsUnavailableError } from './windows.js';

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

const WRONG_USAGE = 2;
const NOT_HERE = 3;

process.exitCode = await main();

async function main() {
  const options = suiteRequest({ nodes: NODES, packages: PACKAGES, setup: true });
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
    if (!(error instanceof WindowsUnavailableError)) throw error;
    process.stderr.write(`Not run: ${error.message}\n`);
    return NOT_HERE;
  }
}

/**
 * @param {import('./suite-command.js').SuiteRequest} request
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
      const vitest = ['../../node_modules/vitest/vitest.mjs', 'run', ...(FILTERS[name] ?? [])];
      const folder = path.join(windows.project, 'packages', name);
      const suite = await runSuite(
        { version, name, flags, folder },
        (env) => windows.node(major, vitest, { cwd: `packages/${name}`, env }),
        tell,
      );
      results.push(...suite);
    }
  }
  return setup ? 0 : conclude(results, progress, json);
}
