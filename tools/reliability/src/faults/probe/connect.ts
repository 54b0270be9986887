import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { SshCommand, TransportOptions } from '@rsync-io/aux-channel';
import { AsyncSshTransport } from '@rsync-io/transport-async';
import { SshConnection, type SyncTransportOptions } from '@rsync-io/transport-sync';
import { Arrivals } from '../../common/arrivals.ts';
import type { ProbeConfig } from './config.ts';
import type { Seen } from './outcome.ts';

type How = Pick<ProbeConfig, 'during' | 'readsToEnd'>;

/** Runs connections at the same time, from spawn to disposal. Never rejects. */
export async function connect(
  transport: 'async' | 'sync',
  commands: readonly SshCommand[],
  wire: Buffer,
  options: TransportOptions,
  how: How,
): Promise<Seen[]> {
  const all = commands.map(async (command) => {
    const seen: Seen = {
      ...{ error: null, wireError: null, status: null, snapshot: null },
      echoed: new Arrivals(wire),
    };
    try {
      if (transport === 'async') await runAsync(command, options, how, seen);
      else await runSync(command, options as SyncTransportOptions, how, seen);
    } catch (error) {
      seen.error = error;
    }
    return seen;
  });
  return Promise.all(all);
}

async function runAsync(
  command: SshCommand,
  options: TransportOptions,
  { during, readsToEnd }: How,
  seen: Seen,
): Promise<void> {
  const abortion = new AbortController();
  const transport = await AsyncSshTransport.spawn(command, {
    ...options,
    ...(during === 'abort' && { signal: abortion.signal }),
  });
  const { written } = seen.echoed;
  const stdin = transport.stdin as Writable;
  const stdout = transport.stdout!;
  const breaks = (error: unknown) => void (seen.wireError ??= error);
  stdin.on('error', breaks);
  if (written.length > 0) stdin.write(written);
  stdin.end();
  stdout.on('error', breaks).on('data', seen.echoed.add);
  const closed = once(stdout, 'close').catch(() => {});
  // The child prints something when it is ready.
  if (during !== null) await once(stdout, 'data');
  if (during === 'abort') abortion.abort(new Error('aborted by the caller'));
  else if (during === 'dispose') await transport[Symbol.asyncDispose]();
  else if (during !== null) transport.kill(during);
  try {
    seen.status = (await transport.waitWithStderr()).status;
    if (during === null && readsToEnd) await closed;
  } finally {
    await transport[Symbol.asyncDispose]();
    seen.snapshot = transport.stderrSnapshot();
  }
}

async function runSync(
  command: SshCommand,
  options: SyncTransportOptions,
  { during, readsToEnd }: How,
  seen: Seen,
): Promise<void> {
  const connection = SshConnection.spawn(command, options);
  // All are started, then all are waited for.
  await Promise.resolve();
  const { echoed } = seen;
  const buffer = new Uint8Array(65_536);
  const readOnce = () => {
    const count = connection.read(buffer);
    echoed.add(buffer.subarray(0, count));
    return count > 0;
  };
  try {
    try {
      connection.writeAll(echoed.written);
      connection.closeStdin();
      if (during !== null) readOnce();
      if (during === 'dispose') connection[Symbol.dispose]();
      else if (during === 'SIGTERM' || during === 'SIGKILL') connection.kill(during);
      const goesOn = () => during === null && (readsToEnd || echoed.total < echoed.written.length);
      while (goesOn() && readOnce());
    } catch (error) {
      seen.wireError = error;
    }
    seen.status = connection.waitWithStderr().status;
  } finally {
    connection[Symbol.dispose]();
    seen.snapshot = connection.stderrSnapshot();
  }
}
