import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { floodArguments, type FloodParameters, letGo, LineCounter, measureFlood } from './flood.ts';

/** Node's readline, with its `line` events. */
export default function linesReadline(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const counter = new LineCounter();
    const child = spawn(process.execPath, floodArguments(parameters, bytes), { stdio: 'pipe' });
    const reader = createInterface({ input: child.stderr, crlfDelay: Infinity });
    reader.on('line', (line) => counter.count(line));
    const closed = once(reader, 'close');
    const begin = await letGo(child.stdin, child.stdout);
    await closed;
    const duration = performance.now() - begin;
    counter.check(bytes, 0);
    return { duration };
  });
}
