import { buildPackages } from '@rsync-io/kit/build';
import { command } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';
import { killChildrenOnSignal } from '@rsync-io/kit/run';
import { timedLines } from '@rsync-io/kit/terminal';
import { FLAG_STATES } from '@rsync-io/kit/workspace';
import type { Platform } from './platform.ts';
import { PLATFORMS } from './platforms.ts';
import { summary, totals } from './suites.ts';
import { type Selection, testPlatform } from './test-platform.ts';

// The platform is named by the npm script.
const [platformName = ''] = process.argv.splice(2, 1);
const platform = PLATFORMS[platformName];
if (platform === undefined) {
  throw new Error(`Usage: main.ts ${Object.keys(PLATFORMS).join('|')} [OPTIONS]`);
}

interface Request extends Selection {
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
  const results = await testPlatform(platform, request, log);
  const counts = totals(results);
  if (!request.setup) stream.write(`\n${summary(results)}\n`);
  if (request.json) process.stdout.write(`${JSON.stringify({ results, ...counts }, null, 2)}\n`);
  return counts.failed === 0 ? 0 : 1;
}
