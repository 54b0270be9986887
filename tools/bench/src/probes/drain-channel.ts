import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import type { Readable, Writable } from 'node:stream';
import { floodArguments, type FloodParameters, letGo, measureFlood } from './flood.ts';

/** The channel captures the tail and counts bytes, without a line subscriber. */
export default function drainChannel(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const command = SshCommand.raw(process.execPath, floodArguments(parameters, bytes));
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    await transport.wait();
    const duration = performance.now() - begin;
    const { totalBytes, backend } = transport.stderrSnapshot();
    if (totalBytes !== bytes)
      throw new Error(`${totalBytes} bytes arrived of ${bytes} (${backend})`);
    return { duration };
  });
}
