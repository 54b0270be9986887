import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { runRemoteCommand } from './remote-command.js';
import { makeSshFiles, sshPeer, type SshPeer } from './ssh-files.js';

export interface EmbeddedSshServerOptions {
  /** Sent before authentication. */
  banner?: string;
  /** Rejects every key. */
  denyAuth?: boolean;
  /** Environment of the remote commands. @defaultValue `process.env` */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

const USER = 'rsync-io';
const GOODBYE_MS = 250;

/**
 * Starts an SSH server inside this process (npm `ssh2`), for machines without sshd. It supports
 * public-key login and `exec` with the system's shell, and listens on 127.0.0.1 only.
 */
export async function startEmbeddedSshServer(
  options: EmbeddedSshServerOptions = {},
): Promise<SshPeer> {
  const files = makeSshFiles();
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  const commands = new Set<Promise<void>>();
  const allowed = ssh2.utils.parseKey(files.clientPublicKey);
  if (allowed instanceof Error) throw allowed;

  const accept = (connection: Connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    // A client may disconnect at any time.
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
        const done = runRemoteCommand(acceptExec(), command, connection, options);
        commands.add(done);
        void done.then(() => commands.delete(done));
      });
    });
  };
  const config = { hostKeys: [files.hostKey], ...(options.banner && { banner: options.banner }) };
  const server = new ssh2.Server(config, accept);
  // Tracks sockets itself, because ssh2 reports a client only after its greeting, and a silent client
  // must not delay `close`.
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  let closed: Promise<void> | null = null;
  const end = async () => {
    const stopped = once(listener, 'close');
    listener.close();
    for (const connection of connections) connection.end();
    const impatience = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, GOODBYE_MS);
    await stopped;
    clearTimeout(impatience);
    await Promise.all(commands);
    files.remove();
  };
  const close = () => (closed ??= end());
  const { port } = listener.address() as AddressInfo;
  return sshPeer(files, { description: 'embedded SSH server (ssh2)', port, user: USER, close });
}
