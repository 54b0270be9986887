import { createRequire } from 'node:module';
import path from 'node:path';

const MANIFEST = '@rsync-io/ssh/package.json';

export function packageVersion(): string {
  return (createRequire(import.meta.url)(MANIFEST) as { version: string }).version;
}

/**
 * Returns the file of the command `rsync-io-ssh`, for programs that start a remote shell: `rsync -e
 * "'${rsyncIoSshPath()}'"`. It is executable on Unix; on Windows, start it with Node.
 */
export function rsyncIoSshPath(): string {
  const manifest = createRequire(import.meta.url).resolve(MANIFEST);
  return path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
}
