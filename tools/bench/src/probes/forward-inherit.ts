import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { floodArguments, letGo, measureFlood } from './flood.ts';
import { type ForwardParameters, openSink } from './forward.ts';

/** The child writes to the sink itself, and nothing is captured. */
export default function forwardInherit(parameters: ForwardParameters) {
  return measureFlood(parameters, async (bytes) => {
    const sink = openSink(parameters.file);
    const child = spawn(process.execPath, floodArguments(parameters, bytes), {
      stdio: ['pipe', 'pipe', sink.stdio],
    });
    const exited = once(child, 'exit');
    const begin = await letGo(child.stdin as Writable, child.stdout as Readable);
    await exited;
    await sink.close();
    return { duration: performance.now() - begin };
  });
}
