import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { INTERRUPTED, interruption, UnsupportedError } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers } from '@rsync-io/testkit/lab';
import { type CaseResult, runFamily } from './as-ssh/family.ts';
import type { ParityRequest } from './main.ts';
import type { Environment } from './matrix/environment.ts';
import { type CellResult, type Row, runMatrix } from './matrix/run-matrix.ts';
import { thisPlatform } from './platform.ts';
import { record } from './replay/recording.ts';
import { openReplayEnvironment } from './replay/replay-environment.ts';
import { codeIdentity } from './report/code-identity.ts';
import { writePage } from './report/page.ts';
import { makeReport, type ParityReport } from './report/report.ts';
import { openRealEnvironment } from './scenarios/real-environment.ts';
import { variants } from './variant/variant.ts';

const DIFFERENT = 1;

/** Runs the matrix and writes the report and the page. Returns the exit status. */
export async function parity(request: ParityRequest): Promise<number> {
  const { platform, out, json } = request;
  const stream = json ? process.stderr : process.stdout;
  const file = path.join(out, `parity-${platform}.json`);
  mkdirSync(out, { recursive: true });
  let status: number;
  if (platform === thisPlatform()) status = await runHere(request, file, stream);
  else {
    const { runUnderWine } = await import('./windows.ts');
    status = await runUnderWine(request, file, (text) => stream.write(`${text}\n`));
  }
  if (status > DIFFERENT || !existsSync(file)) return status;
  const report = JSON.parse(readFileSync(file, 'utf8')) as ParityReport;
  const { rows, cells, red } = report.totals;
  const verdict = red === 0 ? 'all equal' : `${red} differ`;
  stream.write(`${platform}: ${rows} transfers, ${cells} cells, ${verdict}\n`);
  if (report.asSsh !== undefined && report.asSsh.length > 0) {
    const ran = report.asSsh.filter(({ notRun }) => notRun === undefined).length;
    const differ = redCases(report).length;
    const equal = differ === 0 ? 'all equal' : `${differ} differ`;
    stream.write(`as ssh: ${ran} of ${report.asSsh.length} cases run, ${equal}\n`);
  }
  const page = writePage(out);
  stream.write(`Written: ${path.relative('.', file)}, ${path.relative('.', page)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(summary(report), null, 2)}\n`);
  return status;
}

async function runHere(
  request: ParityRequest,
  file: string,
  stream: NodeJS.WriteStream,
): Promise<number> {
  const { platform, replay, only, jobs } = request;
  const columns = variants();
  const progress = progressOn(stream);
  const environment: Environment<never> = replay
    ? await openReplayEnvironment()
    : await realEnvironment();
  const signal = interruption();
  const options = { variants: columns, jobs, only, onCell: progress.show, signal };
  let rows: Row[];
  let asSsh: CaseResult[] = [];
  try {
    rows = await runMatrix(environment, options);
    // The family needs the terminals and the /proc of Linux.
    if (platform === 'linux' && !replay) {
      asSsh = await runFamily({ only, jobs, onCase: progress.showCase, signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.clear();
    stream.write('Interrupted; no report was written.\n');
    return INTERRUPTED;
  } finally {
    progress.clear();
    await environment.close();
  }
  if (rows.length + asSsh.length === 0) {
    throw new UnsupportedError(`no scenario has ${only.join(' or ')} in its name.`);
  }
  if (request.record) stream.write(`Recorded in ${path.relative(ROOT, record(rows))}\n`);
  const report = makeReport(rows, {
    platform,
    replay,
    complete: only.length === 0,
    date: new Date().toISOString(),
    code: codeIdentity(),
    versions: { node: process.version, ...environment.versions },
    variants: columns,
    asSsh,
  });
  writeFileSync(file, `${JSON.stringify(report)}\n`);
  return report.totals.red + redCases(report).length === 0 ? 0 : DIFFERENT;
}

const redCases = ({ asSsh = [] }: ParityReport) =>
  asSsh.filter(({ differences }) => differences.length > 0);

async function realEnvironment(): Promise<Environment<never>> {
  const { ssh, sshd, rsync } = findPeers();
  const missing = Object.entries({ ssh, sshd, rsync }).filter(([, peer]) => peer === null);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    throw new UnsupportedError(
      `${names} not installed. npm run setup:peers installs them on Debian; --replay needs none.`,
    );
  }
  return openRealEnvironment();
}

function summary(report: ParityReport) {
  const { platform, totals, code, rows } = report;
  const differences = rows.flatMap(({ name, direction, cells }) =>
    cells
      .filter((cell) => cell.differences.length > 0)
      .map(({ variant, differences }) => ({ name, direction, variant, differences })),
  );
  return { platform, ...totals, code, differences, asSsh: redCases(report) };
}

/** Prints each difference, and a status line or, elsewhere than on a terminal, a line for each 5 percent. */
function progressOn(stream: NodeJS.WriteStream) {
  let lastTwentieth = 0;
  const { put, clear } = statusLine(stream);
  const list = (
    title: string,
    differences: CellResult['differences'] | CaseResult['differences'],
  ) => {
    clear();
    if (differences.length === 0) return;
    stream.write(`${styleText('red', `≠ ${title}`, { stream })}\n`);
    for (const { aspect, expected, got } of differences) {
      // As JSON, because a remote side may have written control characters.
      stream.write(`    ${aspect}: expected ${JSON.stringify(expected)}\n`);
      stream.write(`    ${' '.repeat(aspect.length)}       got ${JSON.stringify(got)}\n`);
    }
  };
  const show = (done: number, all: number, row: string, { variant, differences }: CellResult) => {
    list(`${row}, ${variant.id}`, differences);
    put(`${done} of ${all} cells: ${row}, ${variant.id}`);
    const twentieth = Math.floor((done / all) * 20);
    if (!stream.isTTY && twentieth > lastTwentieth) stream.write(`${done} of ${all} cells\n`);
    lastTwentieth = twentieth;
  };
  const showCase = ({ name, title, differences, notRun }: CaseResult) => {
    list(`${name}: ${title}`, differences);
    if (notRun !== undefined) stream.write(`${name}: not run: ${notRun}\n`);
    put(name);
  };
  return { show, showCase, clear };
}
