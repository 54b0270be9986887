import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { measureSequence, type SequenceParameters } from './sequence.ts';

/** With the flag: a socket pair, the drain and the end of the capture. */
export default function spawnChannel(parameters: SequenceParameters) {
  const command = SshCommand.raw('true', []);
  return measureSequence(parameters, async () => {
    const transport = await AsyncSshTransport.spawn(command, { backends: [socketpairBackend] });
    const { success } = await transport.wait();
    if (!success) throw new Error('true failed');
  });
}
