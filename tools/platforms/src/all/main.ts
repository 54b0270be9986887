import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { UnsupportedError } from '@rsync-io/kit/command';
import { killChildrenOnSignal, mustRun, run } from '@rsync-io/kit/run';
import { formatTable } from '@rsync-io/kit/table';
import { timedLines } from '@rsync-io/kit/terminal';
import { flag, tool, words } from '@rsync-io/kit/tool';
import { FLAG_STATES, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import type { Log } from '../platform.ts';
import { PLATFORMS } from '../platforms.ts';
import { runResults, suiteResults, titles } from '../suites.ts';
import { testPlatform } from '../test-platform.ts';
import { platformsPage } from './page.ts';
import { readReport, rows, saveSection, type SectionRun, SECTIONS } from './report.ts';

const TOOL = path.join(ROOT, 'tools/platforms');
/** The major versions that any platform has. */
const NODES = [...new Set(Object.values(PLATFORMS).flatMap(({ nodes }) => nodes))].sort();
const PAGE = path.join(ROOT, 'docs/platforms.md');

await tool({
  name: 'test:platforms',
  about: `Runs the tests everywhere. Ends with one table; the results are kept in reports/platforms.json, where they
replace older ones of the same section, package and version of Node. What this machine cannot run is listed.`,
  options: {
    only: words('sections', SECTIONS),
    node: words('major versions of Node', NODES),
    package: words(
      'packages',
      PACKAGES.map(({ name }) => name),
    ),
    none: flag('no section: only the table of the kept results'),
    json: flag('print the kept results as JSON on stdout, progress on stderr'),
    'write-docs': flag('write docs/platforms.md'),
  },
  exits: '0 all tests that ran passed; 1 a test failed',
  run: async ({ only, none, node, package: packages, json, 'write-docs': writeDocs }) => {
    killChildrenOnSignal();
    const stream = json ? process.stderr : process.stdout;
    const log = timedLines(stream);
    if (!none) await buildPackages();
    for (const name of none ? [] : only) {
      log(`-- ${name}`);
      saveSection(name, await test(name, { node, packages }, log));
    }
    const report = readReport();
    const table = rows(report);
    const cells = table.map((row) => [row.where, ...row.cells]);
    stream.write(`\n${formatTable(['where', 'passed', 'failed', 'skipped'], cells)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ report, rows: table }, null, 2)}\n`);
    if (writeDocs) {
      writeFileSync(PAGE, platformsPage(report));
      await mustRun(['npx', 'prettier', '--write', PAGE], { cwd: ROOT });
    }
    return table.some(({ problems }) => problems.length > 0) ? 1 : 0;
  },
});

async function test(
  name: string,
  wanted: { node: readonly string[]; packages: readonly string[] },
  log: Log,
): Promise<SectionRun> {
  const platform = PLATFORMS[name];
  if (platform === undefined) return ownTests(name);
  const nodes = platform.nodes.filter((one) => wanted.node.includes(one));
  const packages = platform.packages.filter((one) => wanted.packages.includes(one));
  const selection = { nodes, packages, flags: FLAG_STATES, setup: false };
  try {
    return { results: await testPlatform(platform, selection, log) };
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return { results: [], reason: error.message };
  }
}

/** Runs a test file of this tool. */
async function ownTests(name: string): Promise<SectionRun> {
  const folder = path.join(TOOL, 'test-results');
  rmSync(folder, { recursive: true, force: true });
  const vitest = ['npx', 'vitest', 'run', `test/${name}.test.ts`];
  const { status, output } = await run(vitest, { cwd: TOOL });
  if (status !== 0) process.stderr.write(output);
  const tests = runResults(folder);
  return {
    results: suiteResults({ node: process.version, name, folder, status }),
    passed: tests.flatMap((one) => titles(one, 'passed')),
    skipped: tests.flatMap((one) => titles(one, 'skipped')),
  };
}
