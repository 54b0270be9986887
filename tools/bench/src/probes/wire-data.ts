import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { throughputOf, type WireParameters, writerArguments } from './wire.ts';

/** Node's `data` events; each chunk is discarded. */
export default async function wireData(parameters: WireParameters) {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, writerArguments(parameters), { stdio: [...stdio] });
  const stdout = child.stdout as NodeJS.ReadableStream;
  let received = 0;
  let begin = 0;
  stdout.on('data', (chunk: Buffer) => {
    if (received === 0) begin = performance.now();
    received += chunk.length;
  });
  await once(stdout, 'end');
  return throughputOf(parameters.bytes, received, performance.now() - begin);
}
