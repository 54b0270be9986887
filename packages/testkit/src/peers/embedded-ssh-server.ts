import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { runRemoteCommand } from './remote-command.js';
import { makeSshFiles, sshPeer } from './ssh-files.js';
import type { SshPeer } from './ssh-peer.js';

export interface EmbeddedSshServerOptions {
  /** Sent before authentication. */
  banner?: string;
  /** Refuses every key. */
  denyAuth?: boolean;
  /** Of the remote commands. @defaultValue `process.env` */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

const USER = 'rsync-io';

/**
 * An SSH server inside this process (npm `ssh2`), for machines without sshd: public-key login, and
 * `exec` by the system's shell. Listens on 127.0.0.1 only.
 */
export async function startEmbeddedSshServer(
  options: EmbeddedSshServerOptions = {},
): Promise<SshPeer> {
  const files = makeSshFiles();
  const connections = new Set<Connection>();
  const allowed = ssh2.utils.parseKey(files.clientPublicKey);
  if (allowed instanceof Error) throw allowed;

  const accept = (connection: Connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    // A client that goes away in the middle is an ordinary end here.
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      const welcome =
        !options.denyAuth &&
        context.method === 'publickey' &&
        context.username === USER &&
        context.key.data.equals(allowed.getPublicSSH()) &&
        (!context.signature ||
          allowed.verify(context.blob as Buffer, context.signature, context.hashAlgo) === true);
      if (welcome) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('session', (acceptSession) => {
      acceptSession().on('exec', (acceptExec, _reject, { command }) => {
        runRemoteCommand(acceptExec(), command, connection, options);
      });
    });
  };
  const config = { hostKeys: [files.hostKey], ...(options.banner && { banner: options.banner }) };
  const server = new ssh2.Server(config, accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  let closed: Promise<void> | null = null;
  const close = () =>
    (closed ??= new Promise<void>((resolve) => {
      server.close(() => {
        files.remove();
        resolve();
      });
      for (const connection of connections) connection.end();
    }));
  const { port } = server.address() as AddressInfo;
  return sshPeer(files, { description: 'embedded SSH server (ssh2)', port, user: USER, close });
}
