import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measureSequence, type SequenceParameters } from './sequence.ts';

/** Plain `child_process` code: three pipes, until `exit`. */
export default function spawnNode(parameters: SequenceParameters) {
  return measureSequence(parameters, async () => {
    const child = spawn('true', [], { stdio: ['pipe', 'pipe', 'pipe'] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error('true failed');
  });
}
