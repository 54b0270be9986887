import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { Wine } from '@rsync-io/platforms/windows';
import type { ParityRequest } from './main.ts';
import { codeIdentity, identityVariable } from './report/code-identity.ts';
import { PROGRAMS, PROGRAMS_VARIABLE } from './variant/programs.ts';

/** Runs the matrix on Node for Windows under Wine and copies its report. Throws UnsupportedError. */
export async function runUnderWine(
  { only, jobs }: ParityRequest,
  file: string,
  log: (text: string) => void,
): Promise<number> {
  const wine = await Wine.open(log);
  const main = path.join(import.meta.dirname, 'main.ts');
  const folder = await compilePrograms({ ...PROGRAMS, main }, wine.project);
  const programs = path.relative(wine.project, folder);
  const env = {
    ...identityVariable(codeIdentity()),
    [PROGRAMS_VARIABLE]: programs,
    NO_COLOR: '1',
  };
  const filter = only.length > 0 ? ['--only', only.join(',')] : [];
  const args = [`${programs}/main.mjs`, '--jobs', String(jobs), ...filter];
  const { status } = await wine.node('22', args, { env, show: true });
  if (status > 1) return status;
  copyFileSync(path.join(wine.project, 'reports/parity-windows.json'), file);
  return status;
}
