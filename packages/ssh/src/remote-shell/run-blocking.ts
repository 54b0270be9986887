import type { SshCommand, StderrBackend } from '@rsync-io/aux-channel';
import { SshConnection } from '@rsync-io/transport-sync';
import type { Ended } from './run.js';

/**
 * Runs ssh with the wire pumped through the blocking transport, both directions on this thread. Signal
 * handlers do not run meanwhile: a signal ends this process, and ssh sees the wire end.
 * @throws SpawnError
 */
export function runBlocking(command: SshCommand, backends: readonly StderrBackend[]): Ended {
  const connection = SshConnection.spawn(command, { backends, surface: 'never' });
  try {
    pump(connection);
    const { status } = connection.waitWithStderr();
    return { status, stderr: connection.stderrSnapshot() };
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
