import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { command } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';
import { killChildrenOnSignal } from '@rsync-io/kit/run';
import { timedLines } from '@rsync-io/kit/terminal';
import { FLAG_STATES, type FlagState } from '@rsync-io/kit/workspace';
import { linux } from './linux-node.ts';
import { type Log, NodeUnavailableError, type Platform, type TestNode } from './platform.ts';
import { notRun, type SuiteResult, suiteResults, summary, totals } from './suites.ts';
import { windows } from './windows.ts';

const PLATFORMS: Readonly<Record<string, Platform>> = {
  'node-matrix': linux,
  windows,
};
// The platform is named by the npm script.
const [platformName = ''] = process.argv.splice(2, 1);
const platform = PLATFORMS[platformName];
if (platform === undefined) {
  throw new Error(`Usage: main.ts ${Object.keys(PLATFORMS).join('|')} [OPTIONS]`);
}

interface Request {
  readonly nodes: readonly string[];
  readonly packages: readonly string[];
  readonly flags: readonly FlagState[];
  readonly setup: boolean;
  readonly json: boolean;
}

await command({
  name: `test:${platformName}`,
  help: `Usage: npm run test:${platformName} [-- OPTIONS]

${platform.about}
  --node LIST      major versions of Node (default: ${platform.nodes.join(',')})
  --package LIST   of ${platform.packages.join(', ')} (default: all)
  --flag off|on    only this state of the flag (default: both)
  --setup          only download Node and prepare the system
  --json           print the results as JSON on stdout, progress on stderr
  --help           print this text

Exit status: 0 all tests passed; 1 a test failed, or a Node is unavailable; 2 wrong usage; 3 unsupported system.
`,
  options: {
    node: { type: 'string', default: platform.nodes.join(',') },
    package: { type: 'string', default: platform.packages.join(',') },
    flag: { type: 'string', default: FLAG_STATES.join(',') },
    setup: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ node, package: list, flag, ...rest }): Request => ({
    ...rest,
    nodes: parseList('--node', node, platform.nodes),
    packages: parseList('--package', list, platform.packages),
    flags: parseList('--flag', flag, FLAG_STATES),
  }),
  run: (request) => test(platform, request),
});

async function test(platform: Platform, request: Request): Promise<number> {
  killChildrenOnSignal();
  const stream = request.json ? process.stderr : process.stdout;
  const log = timedLines(stream);
  if (!request.setup) await buildPackages();
  const system = await platform.open(log);
  const results: SuiteResult[] = [];
  for (const major of request.nodes) {
    try {
      const node = await system.node(major);
      log(`Node ${node.version}`);
      if (!request.setup) results.push(...(await testOn(node, platform, request, log)));
    } catch (error) {
      if (!(error instanceof NodeUnavailableError)) throw error;
      log(error.message);
      results.push(notRun(major, error.message));
    }
  }
  const counts = totals(results);
  if (!request.setup) stream.write(`\n${summary(results)}\n`);
  if (request.json) process.stdout.write(`${JSON.stringify({ results, ...counts }, null, 2)}\n`);
  return counts.failed === 0 ? 0 : 1;
}

async function testOn(node: TestNode, platform: Platform, request: Request, log: Log) {
  const results: SuiteResult[] = [];
  const [onlyFlag] = request.flags.length === 1 ? request.flags : [];
  for (const name of request.packages) {
    const folder = path.join(node.project, 'packages', name, 'test-results');
    rmSync(folder, { recursive: true, force: true });
    const { status, output } = await node.vitest(name, ['run', ...(platform.filters[name] ?? [])], {
      NO_COLOR: '1',
      CI: '1',
      ...(onlyFlag !== undefined && { RSYNC_IO_FLAG: onlyFlag }),
    });
    if (status !== 0) process.stderr.write(output);
    const rows = suiteResults({ node: node.version, name, folder, status });
    for (const { flag, passed, failed, skipped } of rows) {
      log(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    }
    results.push(...rows);
  }
  return results;
}
