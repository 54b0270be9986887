import { execFileSync } from 'node:child_process';
import { ROOT } from '../root.js';

/** Which code a report speaks for. */
export interface CodeIdentity {
  readonly commit: string;
  /** Git's name of all that is in `packages/`: other commits may have the same. */
  readonly packages: string;
  /** Whether `packages/` was as that commit has it. */
  readonly clean: boolean;
}

/** Set where the code runs without its repository (under Wine). */
const VARIABLE = 'RSYNC_IO_CODE_IDENTITY';

export function codeIdentity(root = ROOT): CodeIdentity {
  const told = process.env[VARIABLE];
  if (told !== undefined) return JSON.parse(told) as CodeIdentity;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  return {
    commit: git('rev-parse', 'HEAD'),
    packages: git('rev-parse', 'HEAD:packages'),
    clean: git('status', '--porcelain', '--', 'packages') === '',
  };
}

/** For a process that sees no repository. */
export const identityVariable = (identity: CodeIdentity): Record<string, string> => ({
  [VARIABLE]: JSON.stringify(identity),
});
