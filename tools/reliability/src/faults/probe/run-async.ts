import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { SshCommand } from '@rsync-io/aux-channel';
import { AsyncSshTransport, type AsyncTransportOptions } from '@rsync-io/transport-async';
import type { ProbeConfig } from '../probe-config.ts';
import { Seen } from './seen.ts';

/** One connection of the async transport, from spawn to disposal. Never rejects. */
export async function runAsync(
  command: SshCommand,
  wire: Uint8Array,
  options: AsyncTransportOptions,
  { during, readsToEnd }: Pick<ProbeConfig, 'during' | 'readsToEnd'>,
): Promise<Seen> {
  const seen = new Seen(wire);
  const abortion = new AbortController();
  try {
    const transport = await AsyncSshTransport.spawn(command, {
      ...options,
      ...(during?.kind === 'abort' && { signal: abortion.signal }),
    });
    const stdin = transport.stdin as Writable;
    const stdout = transport.stdout!;
    const breaks = (error: unknown) => void (seen.wireError ??= error);
    stdin.on('error', breaks);
    if (wire.length > 0) stdin.write(wire);
    stdin.end();
    stdout.on('error', breaks).on('data', (chunk: Uint8Array) => seen.echo(chunk));
    const closed = once(stdout, 'close').catch(() => {});
    if (during !== null) {
      await firstByte(stdout);
      if (during.kind === 'kill') transport.kill(during.signal);
      if (during.kind === 'abort') abortion.abort(new Error('aborted by the caller'));
      if (during.kind === 'dispose') await transport[Symbol.asyncDispose]();
    }
    try {
      seen.status = (await transport.waitWithStderr()).status;
      if (during === null && readsToEnd) await closed;
    } finally {
      await transport[Symbol.asyncDispose]();
      seen.snapshot = transport.stderrSnapshot();
    }
  } catch (error) {
    seen.error = error;
  }
  return seen;
}

/** The child prints something when it is ready. */
const firstByte = (stdout: NodeJS.ReadableStream) => once(stdout, 'data');
