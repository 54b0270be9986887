import path from 'node:path';
import { statusLine } from '@rsync-io/kit/terminal';
import { ROOT } from '@rsync-io/kit/workspace';
import { command, INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { type BenchRequest, OPTIONS, readRequest, usage } from './arguments.ts';
import type { Scale } from './bench-case.ts';
import { cases } from './cases/index.ts';
import { thisMachine, versions } from './machine.ts';
import { type CaseResult, runCase, type Step } from './measure/run-case.ts';
import { rowsOf } from './report/rows.ts';
import { reportTable, toDocument, writeReport } from './report/write.ts';

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
  const rows = results.flatMap(rowsOf);
  const files = writeReport(folder, document, rows);
  if (json) {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const color = process.stdout.isTTY && !process.env['NO_COLOR'];
    process.stdout.write(reportTable(rows, color));
    const shown = path.relative(process.cwd(), folder) || '.';
    process.stdout.write(`\nWritten to ${shown}: ${files.join(', ')}\n`);
  }
  if (interrupted) return INTERRUPTED;
  return results.some(({ failed }) => failed) ? FAILED : 0;
}

/** A status line on a terminal, otherwise one line per case. */
function progressOn(stream: NodeJS.WriteStream) {
  let last = '';
  const { put, clear } = statusLine(stream);
  const show = ({ benchCase: { name }, round, rounds, contender }: Step) => {
    put(`${name}: round ${round} of ${rounds}, ${contender} …`);
    if (!stream.isTTY && name !== last) stream.write(`${name}: ${rounds} rounds …\n`);
    last = name;
  };
  return { show, clear };
}
