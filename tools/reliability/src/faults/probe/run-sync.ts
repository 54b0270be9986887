import type { SshCommand } from '@rsync-io/aux-channel';
import { SshConnection, type SyncTransportOptions } from '@rsync-io/transport-sync';
import type { ProbeConfig } from '../probe-config.ts';
import { Seen } from './seen.ts';

/** Several connections of the sync transport: all are started, then all are waited for. */
export function runSync(
  commands: readonly SshCommand[],
  wire: Uint8Array,
  options: SyncTransportOptions,
  how: Pick<ProbeConfig, 'during' | 'readsToEnd'>,
): Seen[] {
  const all = commands.map((command) => {
    const seen = new Seen(wire);
    return { seen, connection: attempt(seen, () => SshConnection.spawn(command, options)) };
  });
  for (const { seen, connection } of all) {
    if (connection !== null) attempt(seen, () => finish(connection, seen, wire, how));
  }
  return all.map(({ seen }) => seen);
}

function finish(
  connection: SshConnection,
  seen: Seen,
  wire: Uint8Array,
  how: Pick<ProbeConfig, 'during' | 'readsToEnd'>,
): void {
  const { during, readsToEnd } = how;
  const buffer = new Uint8Array(65_536);
  try {
    try {
      connection.writeAll(wire);
      connection.closeStdin();
      if (during !== null) seen.echo(buffer.subarray(0, connection.read(buffer)));
      if (during?.kind === 'kill') connection.kill(during.signal);
      if (during?.kind === 'dispose') connection[Symbol.dispose]();
      const goesOn = () => during === null && (readsToEnd || seen.echoed < wire.length);
      for (let n; goesOn() && (n = connection.read(buffer)) > 0;) seen.echo(buffer.subarray(0, n));
    } catch (error) {
      seen.wireError = error;
    }
    seen.status = connection.waitWithStderr().status;
  } finally {
    connection[Symbol.dispose]();
    seen.snapshot = connection.stderrSnapshot();
  }
}

function attempt<T>(seen: Seen, act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    seen.error ??= error;
    return null;
  }
}
