import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { command, UnsupportedError } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';
import { killChildrenOnSignal, mustRun, run } from '@rsync-io/kit/run';
import { formatTable } from '@rsync-io/kit/table';
import { timedLines } from '@rsync-io/kit/terminal';
import { FLAG_STATES, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { PLATFORMS } from '../platforms.ts';
import { type RunResults, suiteResults } from '../suites.ts';
import { testPlatform } from '../test-platform.ts';
import { platformsPage } from './page.ts';
import { readReport, REPORT, type Row, rows, type Section, SECTIONS } from './report.ts';

const ALL = PACKAGES.map(({ name }) => name);
const TOOL = path.join(ROOT, 'tools/platforms');

await command({
  name: 'test:platforms',
  help: `Usage: npm run test:platforms [-- OPTIONS]

Runs the tests everywhere: ${SECTIONS.join(', ')}. Ends with one table; the results are kept in
reports/platforms.json, where each section replaces its older results. What this machine cannot run is listed.

  --only LIST    some sections
  --package LIST only these packages, of ${ALL.join(', ')}
  --none         no section: only the table of the kept results
  --json         print the kept results as JSON on stdout, progress on stderr
  --write-docs   write docs/platforms.md
  --help         print this text

Exit status: 0 all tests that ran passed; 1 a test failed; 2 wrong usage.
`,
  options: {
    only: { type: 'string', default: SECTIONS.join(',') },
    package: { type: 'string', default: ALL.join(',') },
    none: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
  read: ({ only, package: list, none, json, 'write-docs': writeDocs }) => ({
    packages: parseList('--package', list, ALL),
    sections: none ? [] : parseList('--only', only, SECTIONS),
    json,
    writeDocs,
  }),
  run: async ({ sections, packages, json, writeDocs }) => {
    killChildrenOnSignal();
    const stream = json ? process.stderr : process.stdout;
    const log = timedLines(stream);
    if (sections.length > 0) await buildPackages();
    for (const name of sections) {
      log(`-- ${name}`);
      const section = { at: new Date().toISOString(), ...(await test(name, packages, log)) };
      mkdirSync(path.dirname(REPORT), { recursive: true });
      // Read again, because another run may have added a section.
      writeFileSync(REPORT, `${JSON.stringify({ ...readReport(), [name]: section }, null, 2)}\n`);
    }
    const report = readReport();
    const table = rows(report);
    stream.write(`\n${formatTable(['where', 'passed', 'failed', 'skipped'], table.map(cells))}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ report, rows: table }, null, 2)}\n`);
    if (writeDocs) {
      const page = path.join(ROOT, 'docs/platforms.md');
      writeFileSync(page, platformsPage(report));
      await mustRun(['npx', 'prettier', '--write', page], { cwd: ROOT });
    }
    return table.some(({ failed }) => failed > 0) ? 1 : 0;
  },
});

function cells({ where, reason, passed, failed, skipped }: Row) {
  return reason === undefined
    ? [where, `${passed}`, `${failed}`, `${skipped}`]
    : [where, `not run: ${reason}`, '', ''];
}

async function test(
  name: string,
  wanted: readonly string[],
  log: (text: string) => void,
): Promise<Omit<Section, 'at'>> {
  const platform = PLATFORMS[name];
  if (platform === undefined) return ownTests(name);
  const packages = platform.packages.filter((one) => wanted.includes(one));
  try {
    const selection = { nodes: platform.nodes, packages, flags: FLAG_STATES, setup: false };
    return { results: await testPlatform(platform, selection, log) };
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return { results: [], reason: error.message };
  }
}

/** Runs a test file of this tool. */
async function ownTests(name: string): Promise<Omit<Section, 'at'>> {
  const folder = path.join(TOOL, 'test-results');
  rmSync(folder, { recursive: true, force: true });
  const vitest = ['npx', 'vitest', 'run', `test/${name}.test.ts`];
  const { status, output } = await run(vitest, { cwd: TOOL });
  if (status !== 0) process.stderr.write(output);
  const results = suiteResults({ node: process.version, name, folder, status });
  const { tests } = JSON.parse(readFileSync(path.join(folder, 'any.json'), 'utf8')) as RunResults;
  const titles = (wanted: string) =>
    tests.filter((test) => test.status === wanted).map(({ title }) => title);
  return { results, passed: titles('passed'), skipped: titles('skipped') };
}
