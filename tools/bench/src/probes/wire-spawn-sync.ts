import { spawnSync } from 'node:child_process';
import { throughputOf, type WireParameters, writerArguments } from './wire.ts';

/** Node's own blocking call, which buffers everything until the end. */
export default async function wireSpawnSync(parameters: WireParameters) {
  const begin = performance.now();
  const { stdout } = spawnSync(process.execPath, writerArguments(parameters), {
    maxBuffer: Infinity,
  });
  return throughputOf(parameters.bytes, stdout.length, performance.now() - begin);
}
