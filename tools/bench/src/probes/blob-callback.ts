import type { Readable, Writable } from 'node:stream';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { type FloodParameters, letGo, measureFlood } from './flood.ts';

/** One endless line, delivered in pieces to a callback that reads their text. */
export default function blobCallback(parameters: FloodParameters) {
  const { atGo, writer } = parameters;
  return measureFlood(parameters, async (bytes) => {
    let characters = 0;
    const command = SshCommand.raw(process.execPath, [atGo, writer, String(bytes), 'blob']);
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
      warnings: (line) => void (characters += line.text.length),
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    await transport.wait();
    const duration = performance.now() - begin;
    const { totalBytes } = transport.stderrSnapshot();
    if (totalBytes !== bytes) throw new Error(`${totalBytes} bytes arrived of ${bytes}`);
    if (characters > bytes) throw new Error('more was delivered than written');
    return { duration };
  });
}
