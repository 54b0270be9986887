import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { openWine } from '@rsync-io/platforms/windows';
import type { ParityRequest } from './parity.ts';
import { codeIdentity, IDENTITY_VARIABLE } from './report/code-identity.ts';
import type { ParityReport } from './report/report.ts';
import { PROGRAMS } from './variant/variant.ts';

/** Runs the matrix on Node for Windows under Wine; returns its report or exit status. Throws UnsupportedError. */
export async function runUnderWine(request: ParityRequest): Promise<ParityReport | number> {
  const { only, smoke, jobs } = request;
  const { project, node } = await openWine((text) => console.log(text));
  const main = path.join(import.meta.dirname, 'main.ts');
  const folder = await compilePrograms({ ...PROGRAMS, main }, project);
  const program = path.join(path.relative(project, folder), 'main.mjs');
  const filter = only.length > 0 ? ['--only', only.join(',')] : [];
  const args = [...filter, ...(smoke ? ['--smoke'] : []), '--jobs', String(jobs)];
  const env = { [IDENTITY_VARIABLE]: JSON.stringify(codeIdentity()), NO_COLOR: '1' };
  const { status } = await node('22', [program, ...args], { env, show: true });
  if (status > 1) return status;
  const report = path.join(project, 'reports/parity-windows.json');
  return JSON.parse(readFileSync(report, 'utf8')) as ParityReport;
}
