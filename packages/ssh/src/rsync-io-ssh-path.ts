import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Returns the file of the command `rsync-io-ssh`, for programs that start a remote shell: `rsync -e
 * "'${rsyncIoSshPath()}'"`. It is executable on Unix; on Windows, start it with Node.
 */
export function rsyncIoSshPath(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('@rsync-io/ssh/package.json');
  return path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
}
