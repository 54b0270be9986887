import { buildPackages } from '@rsync-io/kit/build';
import { killChildrenOnSignal } from '@rsync-io/kit/run';
import { timedLines } from '@rsync-io/kit/terminal';
import { flag, tool, words } from '@rsync-io/kit/tool';
import { FLAG_STATES } from '@rsync-io/kit/workspace';
import { PLATFORMS } from './platforms.ts';
import { summary, totals } from './suites.ts';
import { testPlatform } from './test-platform.ts';

// The platform is named by the npm script.
const [name = ''] = process.argv.splice(2, 1);
const platform = PLATFORMS[name];
if (platform === undefined) {
  throw new Error(`Usage: main.ts ${Object.keys(PLATFORMS).join('|')} [OPTIONS]`);
}

await tool({
  name: `test:${name}`,
  about: platform.about,
  options: {
    node: words('major versions of Node', platform.nodes),
    package: words('packages', platform.packages),
    flag: words('states of the flag', FLAG_STATES),
    setup: flag('only download Node and prepare the system'),
    json: flag('print the results as JSON on stdout, progress on stderr'),
  },
  exits: '0 all tests passed; 1 a test failed, or a Node is unavailable; 3 unsupported system',
  run: async ({ setup, json, node, package: packages, flag: flags }) => {
    killChildrenOnSignal();
    const stream = json ? process.stderr : process.stdout;
    if (!setup) await buildPackages();
    const selection = { nodes: node, packages, flags, setup };
    const results = await testPlatform(platform, selection, timedLines(stream));
    const counts = totals(results);
    if (!setup) stream.write(`\n${summary(results)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ results, ...counts }, null, 2)}\n`);
    return counts.failed === 0 ? 0 : 1;
  },
});
