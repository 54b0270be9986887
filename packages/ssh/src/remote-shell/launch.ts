import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { ignoringHangup } from '../hangup.js';

const SETPRIV = '/usr/bin/setpriv';

/**
 * The words that start ssh. On Linux setpriv(1) lets the kernel end ssh (SIGTERM) when this process is
 * killed: SIGKILL, for example, cannot be forwarded. Programs that cannot be found are started directly, so that
 * the error is theirs.
 */
export function launchWords(
  program: string,
  sshArgs: readonly string[],
  hangupIgnored: boolean,
): string[] {
  const words = [program, ...sshArgs];
  if (process.platform === 'win32' || !isOnPath(program)) return words;
  const bound = hasParentDeathSignal() ? [SETPRIV, '--pdeathsig', 'TERM', '--', ...words] : words;
  return hangupIgnored ? ignoringHangup(bound) : bound;
}

/** util-linux has the option since 2.33, BusyBox does not; to ask by starting it would take longer. */
function hasParentDeathSignal(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return readFileSync(SETPRIV).includes('--pdeathsig');
  } catch {
    return false;
  }
}

function isOnPath(program: string): boolean {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
