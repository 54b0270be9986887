import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, INTERRUPTED, interruption } from '@rsync-io/command';
import { type BenchRequest, OPTIONS, readRequest, usage } from './arguments.js';
import type { Scale } from './bench-case.js';
import { cases } from './cases/index.js';
import { thisMachine, versions } from './machine.js';
import { type CaseResult, runCase } from './measure/run-case.js';
import { progressOn } from './progress.js';
import { toDocument } from './report/document.js';
import { rowsOf } from './report/rows.js';
import { formatTable } from './report/table.js';
import { writeReport } from './report/write.js';

const FAILED = 1;

await command({
  name: 'bench',
  help: usage(cases),
  options: OPTIONS,
  read: (values) =>
    readRequest(
      values,
      cases.map(({ name }) => name),
    ),
  run,
});

async function run(request: BenchRequest): Promise<number> {
  const { quick, json, only, out } = request;
  const scale: Scale = { quick, rounds: quick ? 3 : 5 };
  const signal = interruption();

  const about = { date: new Date().toISOString(), machine: thisMachine(), versions: versions() };
  const progress = progressOn(process.stderr);
  const results: CaseResult[] = [];
  for (const benchCase of cases) {
    if (only.length > 0 && !only.includes(benchCase.name)) continue;
    if (signal.aborted) break;
    const context = { scale, signal };
    results.push(await runCase(benchCase, context, (step) => progress.show(step)));
  }
  progress.clear();

  const interrupted = signal.aborted;
  const document = toDocument({ ...about, quick, rounds: scale.rounds, interrupted }, results);
  const folder = out ?? fileURLToPath(new URL('../../../reports/', import.meta.url));
  const files = writeReport(folder, document, results);
  if (json) {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
    process.stdout.write(formatTable(results.flatMap(rowsOf), colour));
    const shown = path.relative(process.cwd(), folder) || '.';
    process.stdout.write(`\nWritten to ${shown}: ${files.join(', ')}\n`);
  }
  if (interrupted) return INTERRUPTED;
  return results.some(({ failed }) => failed) ? FAILED : 0;
}
