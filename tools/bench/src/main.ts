import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { command, INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { type BenchRequest, OPTIONS, readRequest, usage } from './arguments.ts';
import type { Scale } from './bench-case.ts';
import { cases } from './cases/index.ts';
import { thisMachine, versions } from './machine.ts';
import { type CaseResult, runCase } from './measure/run-case.ts';
import { progressOn } from './progress.ts';
import { toDocument } from './report/document.ts';
import { rowsOf } from './report/rows.ts';
import { formatTable } from './report/table.ts';
import { writeReport } from './report/write.ts';

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
  const folder = out ?? path.join(ROOT, 'reports');
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
