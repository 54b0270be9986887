import { spawnSync } from 'node:child_process';
import { measureSequence, type SequenceParameters } from './sequence.ts';

/** Node's own blocking call. */
export default function spawnSpawnSync(parameters: SequenceParameters) {
  return measureSequence(parameters, async () => {
    if (spawnSync('true').status !== 0) throw new Error('true failed');
  });
}
