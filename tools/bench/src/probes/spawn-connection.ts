import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { measureSequence, type SequenceParameters } from './sequence.ts';

/** The blocking transport, with its thread already running. */
export default function spawnConnection(parameters: SequenceParameters) {
  const command = SshCommand.raw('true');
  return measureSequence(parameters, async () => {
    const { success } = SshConnection.spawn(command, { backends: [socketpairBackend] }).wait();
    if (!success) throw new Error('true failed');
  });
}
