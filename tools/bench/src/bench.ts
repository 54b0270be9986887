import path from 'node:path';
import { command, INTERRUPTED, interruption, type Values } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';
import { statusLine } from '@rsync-io/kit/terminal';
import { ROOT } from '@rsync-io/kit/workspace';
import { cases } from './cases/index.ts';
import { thisMachine, versions } from './machine.ts';
import { type CaseResult, runCase } from './measure/run-case.ts';
import { reportTable, rowsIn, toDocument, updatePage, writeReport } from './report/write.ts';

const FAILED = 1;
/** On a slow or busy machine there are fewer rounds, so that the run ends in time. Unit: seconds. */
const BUDGET = { quick: 105, full: 520 };
/** A case may take this many times its equal share of the remaining time. */
const SHARES = 4;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  docs: { type: 'boolean', default: false },
  only: { type: 'string' },
  out: { type: 'string', default: path.join(ROOT, 'reports') },
} as const;

const HELP = `Usage: npm run bench -- [--quick] [--json] [--docs] [--only NAME,…] [--out FOLDER]

Compares speed and memory with peers and writes bench.json and bench.md to reports/. A missed target is not an
error.

  --quick       smaller sizes and fewer rounds, at most two minutes
  --json        prints the report as JSON instead of a table
  --docs        updates docs/performance.md
  --only NAME,… these cases only
  --out FOLDER  writes there instead of reports/
  --help        this text

Cases:
${cases.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}
`;

const names = cases.map(({ name }) => name);

await command({
  name: 'bench',
  help: HELP,
  options: OPTIONS,
  read: ({ only, ...values }: Values<typeof OPTIONS>) => ({
    ...values,
    only: only === undefined ? names : parseList('--only', only, names),
  }),
  run,
});

interface Request {
  readonly quick: boolean;
  readonly json: boolean;
  readonly docs: boolean;
  readonly only: readonly string[];
  readonly out: string;
}

async function run({ quick, json, docs, only, out }: Request): Promise<number> {
  const signal = interruption();
  const about = { date: new Date().toISOString(), machine: thisMachine(), versions: versions() };
  const { put, clear } = statusLine(process.stderr);
  const results: CaseResult[] = [];
  const chosen = cases.filter(({ name }) => only.includes(name));
  const deadline = performance.now() + BUDGET[quick ? 'quick' : 'full'] * 1_000;
  for (const [index, benchCase] of chosen.entries()) {
    if (signal.aborted) break;
    const { name } = benchCase;
    const left = (deadline - performance.now()) / 1_000;
    const limit = left * Math.min(1, SHARES / (chosen.length - index));
    const show = (step: string) => put(`${name}: ${step} …`);
    const result = await runCase(benchCase, { quick, signal }, show, limit);
    if (!process.stderr.isTTY) process.stderr.write(`${name}: ${result.seconds} s\n`);
    results.push(result);
  }
  clear();

  const interrupted = signal.aborted;
  const document = toDocument({ ...about, quick, interrupted }, results);
  const files = writeReport(out, document);
  if (docs) updatePage(path.join(ROOT, 'docs/performance.md'), document);
  if (json) {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const color = process.stdout.isTTY && !process.env['NO_COLOR'];
    process.stdout.write(reportTable(rowsIn(document), color));
    const shown = path.relative(process.cwd(), out) || '.';
    process.stdout.write(`\nWritten to ${shown}: ${files.join(', ')}\n`);
  }
  if (interrupted) return INTERRUPTED;
  return results.some(({ failed }) => failed) ? FAILED : 0;
}
