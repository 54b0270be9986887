import { createRequire } from 'node:module';
import path from 'node:path';
import { findPeers, startOpenSshServer } from '@rsync-io/testkit';
import { NotRunError } from '../bench-case.ts';

/**
 * A real sshd.
 * @throws NotRunError (as rejection) if a program is not installed
 */
export async function startServer(...programs: ('rsync' | 'ssh' | 'sshd')[]) {
  const peers = findPeers();
  const missing = programs.filter((name) => peers[name] === null);
  if (missing.length > 0) {
    throw new NotRunError(`${missing.join(' and ')} not installed (npm run setup:peers)`);
  }
  return startOpenSshServer();
}

/** The command line of rsync-io-ssh. */
export function remoteShell(): [string, string] {
  const manifest = createRequire(import.meta.url).resolve('@rsync-io/ssh/package.json');
  return [process.execPath, path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js')];
}
