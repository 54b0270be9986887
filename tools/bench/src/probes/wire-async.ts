import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { throughputOf, type WireParameters, writerArguments } from './wire.ts';

/** Reads and discards the asynchronous transport's stdout, from the first chunk to the end. */
export default async function wireAsync(parameters: WireParameters) {
  const command = SshCommand.raw(process.execPath, writerArguments(parameters));
  const transport = await AsyncSshTransport.spawn(command, { backends: [socketpairBackend] });
  const stdout = transport.stdout as Readable;
  let received = 0;
  let begin = 0;
  stdout.on('data', (chunk: Buffer) => {
    if (received === 0) begin = performance.now();
    received += chunk.length;
  });
  await once(stdout, 'end');
  const duration = performance.now() - begin;
  await transport.wait();
  return throughputOf(parameters.bytes, received, duration);
}
