import { type ExitStatus, SshCommand } from '@rsync-io/aux-channel';
import { SshConnection } from '@rsync-io/transport-sync';
import { platformBackends } from '../platform-backends.js';

/** What the blocking transport had to say when ssh had ended. */
export interface BlockingResult {
  readonly status: ExitStatus;
  readonly stderr: Uint8Array;
}

/**
 * Runs ssh with the wire pumped through the blocking transport, both directions on this thread. Signal
 * handlers do not run meanwhile: a signal ends this process, and ssh sees the wire end.
 * @throws SpawnError
 */
export function runBlocking(
  program: string,
  sshArgs: readonly string[],
  drain: boolean,
): BlockingResult {
  const connection = SshConnection.spawn(SshCommand.raw(program, sshArgs), {
    backends: drain ? platformBackends() : [],
    surface: 'never',
  });
  try {
    pump(connection);
    return connection.waitWithStderr();
  } finally {
    connection[Symbol.dispose]();
  }
}

function pump(connection: SshConnection): void {
  try {
    connection.pump();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    // Whoever started us reads no more; ssh learns it as it would have from the pipe itself.
    connection.kill('SIGPIPE');
  }
}
