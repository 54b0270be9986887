import { x } from 'tinyexec';
import { floodArguments, type FloodParameters, letGo, LineCounter, measureFlood } from './flood.ts';

/** Printed by the writer on stdout before it starts. */
const READY_LINES = 1;

/** tinyexec's iteration over the lines of both outputs. */
export default function linesTinyexec(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const counter = new LineCounter();
    const running = x(process.execPath, floodArguments(parameters, bytes), {
      nodeOptions: { stdio: 'pipe' },
    });
    const child = running.process;
    if (!child?.stdin || !child.stdout) throw new Error('tinyexec started nothing');
    const begin = await letGo(child.stdin, child.stdout);
    let skipped = 0;
    for await (const line of running) {
      if (line.length < 79 && skipped < READY_LINES) skipped += 1;
      else counter.count(line);
    }
    const duration = performance.now() - begin;
    counter.check(bytes, 0);
    return { duration };
  });
}
