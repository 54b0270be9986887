import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { UnsupportedError } from '@rsync-io/kit/command';
import { killChildrenOnSignal, mustRun, run } from '@rsync-io/kit/run';
import { formatTable } from '@rsync-io/kit/table';
import { timedLines } from '@rsync-io/kit/terminal';
import { flag, tool, words } from '@rsync-io/kit/tool';
import { PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { platformsPage } from './page.ts';
import type { Log } from './platform.ts';
import { PLATFORMS } from './platforms.ts';
import { readReport, rows, saveSection, type SectionRun, SECTIONS } from './report.ts';
import { runResults, type SuiteResult, suiteResults, titles } from './suites.ts';
import { type Selection, testPlatform } from './test-platform.ts';

const TOOL = path.join(ROOT, 'tools/platforms');
const PAGE = path.join(ROOT, 'docs/platforms.md');

const platforms = Object.entries(PLATFORMS);
const nodes = [...new Set(platforms.flatMap(([, platform]) => platform.nodes))].sort();
const packageNames = PACKAGES.map(({ name }) => name);

await tool({
  name: 'test:platforms',
  about: `Runs the tests on other systems and other versions of Node. npm run test:windows, test:node-matrix, test:arm64 and
test:xnu run one section. Ends with a table; the results are kept in reports/platforms.json, where they replace older
ones of the same section, package and version of Node. The sections, besides runtimes and containers:
${platforms.map(([name, { about }]) => `\n${name}: ${about}`).join('\n')}`,
  options: {
    only: words('sections', SECTIONS),
    node: words('major versions of Node', nodes),
    package: words('packages', packageNames),
    'write-docs': flag('only write docs/platforms.md, from the kept results'),
  },
  exits: '0 all tests passed; 1 a test failed, or a Node is unavailable; 3 nothing can run here',
  run: async ({ only, 'write-docs': writeDocs, node, package: packages }) => {
    if (writeDocs) {
      writeFileSync(PAGE, platformsPage(readReport()));
      await mustRun(['npx', 'prettier', '--write', PAGE], { cwd: ROOT });
      return 0;
    }
    killChildrenOnSignal();
    const log = timedLines(process.stdout);
    await buildPackages();
    const results: SuiteResult[] = [];
    for (const name of only) {
      log(`-- ${name}`);
      const section = await test(name, { nodes: node, packages }, log);
      saveSection(name, section);
      results.push(...section.results);
    }
    const cells = rows(readReport(), only).map((row) => [row.where, ...row.cells]);
    const problems = results.flatMap((one) =>
      one.problems.map((text) => `${one.node} ${one.package}: ${text}`),
    );
    const table = formatTable(['where', 'passed', 'failed', 'skipped'], cells);
    process.stdout.write(`\n${[table, ...problems].join('\n')}\n`);
    if (results.length === 0) throw new UnsupportedError('nothing of the selection can run here.');
    return problems.length > 0 ? 1 : 0;
  },
});

async function test(name: string, selection: Selection, log: Log): Promise<SectionRun> {
  const platform = PLATFORMS[name];
  if (platform === undefined) return ownTests(name);
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
