import { SshCommand } from '@rsync-io/aux-channel';
import { AsyncSshTransport } from '@rsync-io/transport-async';
import { measureSequence, type SequenceParameters } from './sequence.ts';

/** The default build: without the flag, the child inherits fd 2. */
export default function spawnInherit(parameters: SequenceParameters) {
  const command = SshCommand.raw('true', []);
  return measureSequence(parameters, async () => {
    const transport = await AsyncSshTransport.spawn(command, { backends: [] });
    const { success } = await transport.wait();
    if (!success) throw new Error('true failed');
  });
}
