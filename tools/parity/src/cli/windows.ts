import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { runOnWindows } from '@rsync-io/wine/windows';
import { codeIdentity, identityVariable } from '../report/code-identity.js';
import type { ParityRequest } from './arguments.js';

/** Runs the matrix on a Windows Node under Wine, and fetches its report. Returns the exit status. @throws NotHereError */
export async function runUnderWine(
  { only, smoke, jobs }: ParityRequest,
  out: string,
  tell: (text: string) => void,
): Promise<number> {
  const args = ['tools/parity/dist/main.js', '--jobs', String(jobs)];
  if (smoke) args.push('--smoke');
  if (only.length > 0) args.push('--only', only.join(','));
  const env = { ...identityVariable(codeIdentity()), NO_COLOR: '1' };
  const { status, project } = await runOnWindows({ args, env, tell });
  if (status > 1) return status;
  mkdirSync(out, { recursive: true });
  const report = 'parity-windows.json';
  copyFileSync(path.join(project, 'reports', report), path.join(out, report));
  return status;
}
