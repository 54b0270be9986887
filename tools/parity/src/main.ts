import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command, INTERRUPTED, interruption, NotHereError } from '@rsync-io/command';
import { findPeers } from '@rsync-io/testkit/lab';
import { carriers } from './carrier/carrier.js';
import { HELP, OPTIONS, type ParityRequest, readRequest, thisPlatform } from './cli/arguments.js';
import { progressOn } from './cli/progress.js';
import { SMOKE } from './cli/smoke.js';
import { runUnderWine } from './cli/windows.js';
import type { Theatre } from './matrix/cell.js';
import { type Row, runMatrix } from './matrix/run-matrix.js';
import { record } from './replay/recording.js';
import { openReplayTheatre } from './replay/replay-theatre.js';
import { codeIdentity } from './report/code-identity.js';
import { writePage } from './report/page.js';
import { makeReport, type ParityReport } from './report/report.js';
import { ROOT } from './root.js';
import { openRealTheatre } from './scenarios/real-theatre.js';

const DIFFERENT = 1;

await command({
  name: 'parity',
  help: HELP,
  options: OPTIONS,
  read: (values) => readRequest(values),
  run,
});

async function run(request: ParityRequest): Promise<number> {
  const out = request.out === null ? path.join(ROOT, 'reports') : path.resolve(request.out);
  const stream = request.json ? process.stderr : process.stdout;
  const status =
    request.platform === thisPlatform()
      ? await runHere(request, out, stream)
      : await runUnderWine(request, out, (text) => stream.write(`${text}\n`));
  return finish(request, out, stream, status);
}

async function runHere(
  request: ParityRequest,
  out: string,
  stream: NodeJS.WriteStream,
): Promise<number> {
  const { platform, replay, jobs } = request;
  const only = request.smoke ? SMOKE : request.only;
  const columns = carriers();
  const progress = progressOn(stream, stream.isTTY && !process.env['NO_COLOR']);
  const theatre: Theatre<never> = replay ? openReplayTheatre() : await realTheatre();
  // Children end with their wire; the theatre's servers and files by `close`.
  const signal = interruption();
  let rows: Row[];
  try {
    rows = await runMatrix(theatre, {
      carriers: columns,
      jobs,
      only,
      onCell: progress.cell,
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.clear();
    stream.write('Interrupted: no report is written.\n');
    return INTERRUPTED;
  } finally {
    progress.clear();
    await theatre.close();
  }
  if (rows.length === 0)
    throw new NotHereError(`no scenario has ${only.join(' or ')} in its name.`);
  if (request.record) stream.write(`Recorded in ${path.relative(ROOT, record(rows))}\n`);
  const report = makeReport(rows, {
    platform,
    replay,
    complete: only.length === 0,
    date: new Date().toISOString(),
    code: codeIdentity(),
    versions: { node: process.version, ...theatre.versions },
    carriers: columns,
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(reportFile(out, platform), `${JSON.stringify(report)}\n`);
  return report.totals.red === 0 ? 0 : DIFFERENT;
}

async function realTheatre(): Promise<Theatre<never>> {
  const { ssh, sshd, rsync } = findPeers();
  const absent = Object.entries({ ssh, sshd, rsync }).filter(([, peer]) => peer === null);
  if (absent.length > 0) {
    const names = absent.map(([name]) => name).join(', ');
    throw new NotHereError(
      `${names} not installed. On Debian npm run setup:peers installs them; --replay needs none.`,
    );
  }
  return openRealTheatre();
}

/** The page, and the last lines. */
function finish(
  { platform, json }: ParityRequest,
  out: string,
  stream: NodeJS.WriteStream,
  status: number,
): number {
  const file = reportFile(out, platform);
  if (status > DIFFERENT || !existsSync(file)) return status;
  const report = JSON.parse(readFileSync(file, 'utf8')) as ParityReport;
  const page = writePage(out);
  const { rows, cells, red } = report.totals;
  const verdict = red === 0 ? 'all equal' : `${red} differ`;
  stream.write(`${platform}: ${rows} transfers, ${cells} cells, ${verdict}\n`);
  stream.write(`Written: ${path.relative('.', file)}, ${path.relative('.', page)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(summary(report), null, 2)}\n`);
  return status;
}

function summary({ platform, totals, code, rows }: ParityReport) {
  const differences = rows.flatMap(({ name, direction, cells }) =>
    cells
      .filter((cell) => cell.differences.length > 0)
      .map(({ carrier, differences }) => ({ name, direction, carrier, differences })),
  );
  return { platform, ...totals, code, differences };
}

function reportFile(folder: string, platform: string): string {
  return path.join(folder, `parity-${platform}.json`);
}
