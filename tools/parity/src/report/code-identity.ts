import { execFileSync } from 'node:child_process';
import { ROOT } from '@rsync-io/kit/workspace';

/** The code that a report is about. */
export interface CodeIdentity {
  readonly commit: string;
  /** Git's object name of `packages/`; several commits may share it. */
  readonly packages: string;
  /** Whether `packages/` had no uncommitted changes. */
  readonly clean: boolean;
}

/** The identity as JSON, for code that runs outside its repository (under Wine). */
export const IDENTITY_VARIABLE = 'RSYNC_IO_CODE_IDENTITY';

export function codeIdentity(root = ROOT): CodeIdentity {
  const given = process.env[IDENTITY_VARIABLE];
  if (given !== undefined) return JSON.parse(given) as CodeIdentity;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  return {
    commit: git('rev-parse', 'HEAD'),
    packages: git('rev-parse', 'HEAD:packages'),
    clean: git('status', '--porcelain', '--', 'packages') === '',
  };
}
