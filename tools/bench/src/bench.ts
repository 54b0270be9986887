import path from 'node:path';
import { INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { flag, tool, words } from '@rsync-io/kit/tool';
import { ROOT } from '@rsync-io/kit/workspace';
import { readCases } from './bench-case.ts';
import { type CaseResult, runCase } from './measure/run-case.ts';
import type { Bench } from './open-case.ts';
import { makePrograms } from './programs.ts';
import { rowsIn, thisRun, toDocument } from './report/document.ts';
import { updatePage, writeReport } from './report/page.ts';
import { reportTable } from './report/rows.ts';

/** On a slow or busy machine there are fewer rounds, so that the run ends in time. Unit: seconds. */
const BUDGET = { quick: 100, full: 540 };

const cases = readCases();

await tool({
  name: 'bench',
  about: `Compares speed and memory with peers and writes bench.json and bench.md to reports/. A missed target is not an
error. The cases:

${cases.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}`,
  options: {
    quick: flag('smaller sizes and fewer rounds, at most two minutes'),
    json: flag('print the report as JSON instead of a table'),
    docs: flag('update docs/performance.md'),
    only: words(
      'these cases',
      cases.map(({ name }) => name),
    ),
    out: {
      help: 'write there instead of reports/',
      value: 'FOLDER',
      read: ([folder = path.join(ROOT, 'reports')]: readonly string[]) => folder,
    },
  },
  exits: '1 a case failed',
  async run({ quick, json, docs, only, out }) {
    const signal = interruption();
    const about = thisRun();
    const { put, clear } = statusLine(process.stderr);
    const results: CaseResult[] = [];
    const deadline = performance.now() + BUDGET[quick ? 'quick' : 'full'] * 1_000;
    const chosen = cases.filter(({ name }) => only.includes(name));
    let expected = chosen.reduce((sum, { seconds }) => sum + seconds, 0);
    const bench: Bench = { quick, signal, programs: await makePrograms(), atEnd: [] };
    for (const benchCase of chosen) {
      if (signal.aborted) break;
      const { name, seconds } = benchCase;
      const limit = ((deadline - performance.now()) / 1_000) * (seconds / expected);
      const result = await runCase(benchCase, bench, (step) => put(`${name}: ${step} …`), limit);
      expected -= seconds;
      if (!process.stderr.isTTY) process.stderr.write(`${name}: ${result.seconds} s\n`);
      results.push(result);
    }
    clear();

    const document = toDocument({ ...about, quick, interrupted: signal.aborted }, results);
    writeReport(out, document);
    if (docs) updatePage(path.join(ROOT, 'docs/performance.md'), document);
    const color = process.stdout.isTTY && !process.env['NO_COLOR'];
    const table = reportTable(rowsIn(document), color);
    const written = `${table}\nWritten to ${out}: bench.json, bench.md\n`;
    process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : written);
    if (signal.aborted) return INTERRUPTED;
    return results.some(({ failed }) => failed) ? 1 : 0;
  },
});
