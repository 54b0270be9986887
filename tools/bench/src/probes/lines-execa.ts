import { execa } from 'execa';
import { floodArguments, type FloodParameters, letGo, LineCounter, measureFlood } from './flood.ts';

/** execa's iteration over the lines of stderr, without buffering. */
export default function linesExeca(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const counter = new LineCounter();
    const args = floodArguments(parameters, bytes);
    const child = execa(process.execPath, args, { stdin: 'pipe', buffer: false });
    const lines = child.iterable({ from: 'stderr' });
    const begin = await letGo(child.stdin, child.stdout);
    for await (const line of lines) counter.count(line);
    await child;
    const duration = performance.now() - begin;
    counter.check(bytes, 0);
    return { duration };
  });
}
