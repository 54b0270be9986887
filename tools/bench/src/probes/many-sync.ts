import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { type ManyParameters, measureMany, SCRIPT } from './many.ts';

/** Blocking connections, drained by one thread. */
export default function manySync(parameters: ManyParameters) {
  const command = SshCommand.raw('sh', ['-c', SCRIPT]);
  const buffer = new Uint8Array(8);
  return measureMany(parameters, async () => {
    const connection = SshConnection.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
    });
    connection.writeAll(Buffer.from('x\n'));
    connection.read(buffer);
    return () => {
      if (connection.waitWithStderr().stderr.length !== 5) throw new Error('nothing was captured');
    };
  });
}
