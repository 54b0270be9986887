import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { INTERRUPTED, interruption, UnsupportedError } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers } from '@rsync-io/testkit/lab';
import type { ParityRequest } from './main.ts';
import { runMatrix } from './matrix/run-matrix.ts';
import { thisPlatform } from './platform.ts';
import { record } from './replay/recording.ts';
import { openReplayEnvironment } from './replay/replay-environment.ts';
import { codeIdentity } from './report/code-identity.ts';
import { writePage } from './report/page.ts';
import { makeReport, type ParityReport } from './report/report.ts';
import { openRealEnvironment } from './scenarios/real-environment.ts';
import { variants } from './variant/variant.ts';

const DIFFERENT = 1;
const out = process.stdout;

/** Runs the matrix and writes the report and the page. Returns the exit status. */
export async function parity(request: ParityRequest): Promise<number> {
  const file = path.join(request.out, `parity-${request.platform}.json`);
  mkdirSync(request.out, { recursive: true });
  const log = (text: string) => out.write(`${text}\n`);
  const status =
    request.platform === thisPlatform()
      ? await runHere(request, file)
      : await (await import('./windows.ts')).runUnderWine(request, file, log);
  if (status > DIFFERENT) return status;
  const report = JSON.parse(readFileSync(file, 'utf8')) as ParityReport;
  const { rows, cells, red } = report.totals;
  out.write(`${request.platform}: ${rows} transfers, ${cells} cells, ${verdict(red)}\n`);
  const { asSsh = [] } = report;
  const redCases = asSsh.filter(({ differences }) => differences.length > 0).length;
  if (asSsh.length > 0) {
    const ran = asSsh.filter(({ notRun }) => notRun === undefined).length;
    out.write(`as ssh: ${ran} of ${asSsh.length} cases run, ${verdict(redCases)}\n`);
  }
  const page = writePage(request.out);
  out.write(`Written: ${path.relative('.', file)}, ${path.relative('.', page)}\n`);
  return red + redCases === 0 ? 0 : DIFFERENT;
}

const verdict = (red: number) => (red === 0 ? 'all equal' : `${red} differ`);

/** Writes the report of this platform. Returns 0, or the status after an interruption. */
async function runHere(request: ParityRequest, file: string): Promise<number> {
  const { platform, only, jobs } = request;
  const replay = platform === 'windows';
  const columns = variants();
  const signal = interruption();
  const line = statusLine(out);
  const print = (
    title: string,
    differences: readonly Record<'aspect' | 'expected' | 'got', string>[],
  ) => {
    line.clear();
    for (const { aspect, expected, got } of differences) {
      // As JSON, because a remote side may have written control characters.
      const [wanted, seen] = [expected, got].map((text) => JSON.stringify(text));
      out.write(styleText('red', `≠ ${title}: ${aspect}\n`, { stream: out }));
      out.write(`    expected ${wanted}\n         got ${seen}\n`);
    }
    line.put(title);
  };
  const environment = replay ? await openReplayEnvironment() : await realEnvironment();
  try {
    const rows = await runMatrix(environment, {
      ...{ variants: columns, jobs, only, signal },
      onCell: (row, { variant, differences }) => print(`${row}, ${variant.id}`, differences),
    });
    // The family needs the terminals and the /proc of Linux. Its cases are not there under Wine.
    const family = platform === 'linux' ? await import('./as-ssh/family.ts') : null;
    const asSsh = await family?.runFamily({
      ...{ only, jobs, signal },
      onCase: ({ name, differences, notRun }) => {
        print(name, differences);
        if (notRun !== undefined) out.write(`${name}: not run: ${notRun}\n`);
      },
    });
    if (rows.length + (asSsh?.length ?? 0) === 0) {
      throw new UnsupportedError(`no scenario has ${only.join(' or ')} in its name.`);
    }
    if (request.record) out.write(`Recorded in ${path.relative(ROOT, record(rows))}\n`);
    const report = makeReport(rows, {
      platform,
      replay,
      complete: only.length === 0,
      date: new Date().toISOString(),
      code: codeIdentity(),
      versions: { node: process.version, ...environment.versions },
      variants: columns.map(({ id }) => id),
      ...(asSsh && { asSsh }),
    });
    writeFileSync(file, `${JSON.stringify(report)}\n`);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    out.write('Interrupted; no report was written.\n');
    return INTERRUPTED;
  } finally {
    line.clear();
    await environment.close();
  }
}

async function realEnvironment() {
  const { ssh, sshd, rsync } = findPeers();
  const missing = Object.entries({ ssh, sshd, rsync }).filter(([, peer]) => peer === null);
  if (missing.length === 0) return openRealEnvironment();
  const names = missing.map(([name]) => name).join(', ');
  throw new UnsupportedError(`${names} not installed (npm run setup:peers)`);
}
