import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ignoringHangup } from '../hangup.js';

const SETPRIV = '/usr/bin/setpriv';

/**
 * The command line that starts ssh. On Linux, setpriv(1) makes the kernel send SIGTERM to ssh when this
 * process is killed. If the program is not found, it is started directly, so that the error names it.
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

/** util-linux has the option since 2.33, BusyBox does not. Reading the file is faster than running it. */
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
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
