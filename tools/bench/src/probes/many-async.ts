import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { type ManyParameters, measureMany, SCRIPT } from './many.ts';

/** Connections on the event loop. */
export default function manyAsync(parameters: ManyParameters) {
  const command = SshCommand.raw('sh', ['-c', SCRIPT]);
  return measureMany(parameters, async () => {
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
    });
    (transport.stdin as Writable).write('x\n');
    await once(transport.stdout as Readable, 'data');
    return async () => {
      const { stderr } = await transport.waitWithStderr();
      if (stderr.length !== 5) throw new Error('nothing was captured');
    };
  });
}
