import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort, greets } from '../peers/ports.js';
import { waitUntil } from '../process-census.js';
import type { FaultPeer } from './fault-peers.js';
import type { Lab } from './lab.js';

export interface RsyncDaemon extends FaultPeer {
  /** Its configuration, for a daemon that a remote shell starts. */
  readonly configFile: string;
}

/** `rsync --daemon` on 127.0.0.1, with a module `open` and a module `secret` that wants a password. */
export async function startRsyncDaemon(lab: Lab): Promise<RsyncDaemon> {
  const port = await freePort();
  const secrets = lab.file('secrets', 'someone:right\n');
  const config = lab.file(
    `rsyncd-${port}.conf`,
    `use chroot = no
[open]
  comment = everything of this laboratory
  path = ${lab.folder}
  read only = no
  uid = ${process.getuid?.() ?? 0}
  gid = ${process.getgid?.() ?? 0}
[secret]
  path = ${lab.folder}
  auth users = someone
  secrets file = ${secrets}
`,
  );
  const args = ['--daemon', '--no-detach', '--address=127.0.0.1', `--port=${port}`];
  const child = spawn('rsync', [...args, `--config=${config}`, '--log-file=/dev/null'], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await waitUntil(() => greets(port, '@RSYNCD:'), { what: 'the rsync daemon' });
  const close = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { port, configFile: config, close };
}
