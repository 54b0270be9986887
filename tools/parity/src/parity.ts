import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { INTERRUPTED, interruption, UnsupportedError } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers } from '@rsync-io/testkit/lab';
import { describeDifference, type Difference } from './difference.ts';
import { openRealEnvironment } from './environments/real.ts';
import { openReplayEnvironment, record } from './environments/replay.ts';
import { type MatrixOptions, runMatrix } from './matrix/run-matrix.ts';
import { type Platform, thisPlatform } from './platform.ts';
import { codeIdentity } from './report/code-identity.ts';
import { countRed, makeReport, type ParityReport } from './report/report.ts';
import { isTransport, variants } from './variant/variant.ts';

export interface ParityRequest extends Pick<MatrixOptions, 'only' | 'smoke' | 'jobs'> {
  readonly platform: Platform;
  readonly record: boolean;
}

const REPORTS = path.join(ROOT, 'reports');
const print = (text: string) => process.stdout.write(`${text}\n`);
const verdict = (red: number) => (red === 0 ? 'all equal' : `${red} differ`);

/** Runs the matrix and writes the report and the tables. Returns the exit status. */
export async function parity(request: ParityRequest): Promise<number> {
  const { platform } = request;
  const report =
    platform === thisPlatform()
      ? await runHere(request)
      : await (await import('./windows.ts')).runUnderWine(request);
  if (typeof report === 'number') return report;
  const file = path.join(REPORTS, `parity-${platform}.json`);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(file, `${JSON.stringify(report)}\n`);
  const { totals, asSsh } = report;
  print(`${platform}: ${totals.rows} transfers, ${totals.cells} cells, ${verdict(totals.red)}`);
  const red = countRed(asSsh);
  if (asSsh.length > 0) print(`as ssh: ${asSsh.length} cases, ${verdict(red)}`);
  print(`Written: ${path.relative('.', file)}`);
  return totals.red + red === 0 ? 0 : 1;
}

/** Returns the report of this platform, or the exit status after an interruption. */
async function runHere(request: ParityRequest): Promise<ParityReport | number> {
  const { platform, only, smoke = false } = request;
  const signal = interruption();
  const line = statusLine(process.stdout);
  const onCell = (title: string, differences: readonly Difference[]) => {
    line.clear();
    for (const one of differences) process.stdout.write(describeDifference(title, one));
    line.put(title);
  };
  const options = { ...request, variants: variants(), signal, onCell };
  try {
    const environment = await open(platform);
    const rows = await runMatrix(environment, options);
    // The family needs the terminals and the /proc of Linux. Its modules are not there under Wine.
    const family = platform === 'linux' ? await import('./as-ssh/family.ts') : null;
    const programs = options.variants.filter((variant) => !isTransport(variant));
    const cases = family
      ? await runMatrix(await family.openFamily(), { ...options, variants: programs })
      : [];
    if (rows.length + cases.length === 0) {
      throw new UnsupportedError(`no scenario has ${only.join(' or ')} in its name.`);
    }
    if (request.record) print(`Recorded in ${path.relative(ROOT, record(rows))}`);
    return makeReport(rows, cases, {
      platform,
      replay: platform === 'windows',
      complete: !smoke && only.length === 0,
      date: new Date().toISOString(),
      code: codeIdentity(),
      versions: { node: process.version, ...environment.versions },
      variants: options.variants.map(({ id }) => id),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    print('Interrupted; no report was written.');
    return INTERRUPTED;
  } finally {
    line.clear();
  }
}

/** Throws UnsupportedError. */
function open(platform: Platform) {
  if (platform === 'windows') return openReplayEnvironment();
  const peers = findPeers();
  const missing = (['ssh', 'sshd', 'rsync'] as const).filter((name) => peers[name] === null);
  if (missing.length === 0) return openRealEnvironment();
  throw new UnsupportedError(`${missing.join(', ')} not installed (npm run setup:peers)`);
}
