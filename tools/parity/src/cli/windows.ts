import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { codeIdentity, identityVariable } from '../report/code-identity.js';
import { ROOT } from '../root.js';
import type { ParityRequest } from './arguments.js';

/** Cannot be run on this machine; the message says why and what to do. */
export class NotHereError extends Error {}

/** Runs the matrix on a Windows Node under Wine, and fetches its report. Returns the exit status. */
export async function runUnderWine(
  { only, smoke, jobs }: ParityRequest,
  out: string,
  tell: (text: string) => void,
): Promise<number> {
  // A tool in JavaScript, found by its place: nothing of it is built.
  const tool = new URL('tools/wine/src/windows.js', new URL(`file://${ROOT}/`)).href;
  const { runOnWindows, WindowsUnavailableError } = (await import(tool)) as {
    runOnWindows(options: {
      args: string[];
      env: Record<string, string>;
      tell: (text: string) => void;
    }): Promise<{ status: number; project: string }>;
    WindowsUnavailableError: new () => Error;
  };
  const args = ['tools/parity/dist/main.js', '--jobs', String(jobs)];
  if (smoke) args.push('--smoke');
  if (only.length > 0) args.push('--only', only.join(','));
  try {
    const env = { ...identityVariable(codeIdentity()), NO_COLOR: '1' };
    const { status, project } = await runOnWindows({ args, env, tell });
    if (status > 1) return status;
    mkdirSync(out, { recursive: true });
    const report = 'parity-windows.json';
    copyFileSync(path.join(project, 'reports', report), path.join(out, report));
    return status;
  } catch (error) {
    if (error instanceof WindowsUnavailableError) throw new NotHereError(error.message);
    throw error;
  }
}
