import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { floodArguments, type FloodParameters, letGo, measureFlood } from './flood.ts';

/** Node's own `data` events; each chunk is discarded. */
export default function drainNode(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const child = spawn(process.execPath, floodArguments(parameters, bytes), { stdio: 'pipe' });
    const closed = once(child, 'close');
    child.stderr.on('data', () => {});
    const begin = await letGo(child.stdin, child.stdout);
    await closed;
    return { duration: performance.now() - begin };
  });
}
