import { SshCommand, platformBackends } from '@rsync-io/ssh';
// The variant with the flag on, whatever the default of the package is.
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { embeddedSshClient, startEmbeddedSshServer } from '@rsync-io/testkit';

/**
 * Opens connections to observe: three to an SSH server inside this process. One prints a warning, one does not find
 * its program, and one is refused. With a host and a command: one connection to that host.
 *
 * @param {readonly string[]} [args] `[user@]host command…`
 */
export async function someTransfers([target, ...remoteCommand] = process.argv.slice(2)) {
  if (target !== undefined) {
    await run(SshCommand.for(target, { remoteCommand }));
    return;
  }
  const server = await startEmbeddedSshServer();
  const strict = await startEmbeddedSshServer({ denyAuth: true });
  /** @param {typeof server} peer @param {string} command */
  const on = (peer, command) =>
    SshCommand.for(peer.host, {
      program: process.execPath,
      programArgs: [embeddedSshClient(), ...peer.sshArgs],
      remoteCommand: [command],
    });
  try {
    await run(on(server, 'echo "disk almost full" >&2; echo done'));
    await run(on(server, 'no-such-program'));
    await run(on(strict, 'true'));
  } finally {
    await server.close();
    await strict.close();
  }
}

/** @param {SshCommand} command */
async function run(command) {
  const transport = await AsyncSshTransport.spawn(command, {
    backends: platformBackends(),
    // Subscribers to the channels receive every line; nothing else is printed.
    forward: false,
    surface: 'never',
  });
  await transport.wait();
}
