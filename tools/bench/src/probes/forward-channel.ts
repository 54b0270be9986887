import type { Readable, Writable } from 'node:stream';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { floodArguments, letGo, measureFlood } from './flood.ts';
import { type ForwardParameters, openSink } from './forward.ts';

/** The channel forwards the bytes and captures the tail. */
export default function forwardChannel(parameters: ForwardParameters) {
  return measureFlood(parameters, async (bytes) => {
    const sink = openSink(parameters.file);
    const command = SshCommand.raw(process.execPath, floodArguments(parameters, bytes));
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: { to: sink.target, ...parameters.options },
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    await transport.wait();
    await sink.close();
    const duration = performance.now() - begin;
    const { totalBytes } = transport.stderrSnapshot();
    if (totalBytes !== bytes) throw new Error(`${totalBytes} bytes arrived of ${bytes}`);
    return { duration };
  });
}
