import { spawnSync } from 'node:child_process';
import { throughputOf, type WireParameters, writerArguments } from './wire.ts';

/** The blocking way that Node has: all of it in memory, and nothing before the end. */
export default async function wireSpawnSync(parameters: WireParameters) {
  const begin = performance.now();
  const { stdout } = spawnSync(process.execPath, writerArguments(parameters), {
    maxBuffer: Infinity,
  });
  return throughputOf(parameters.bytes, stdout.length, performance.now() - begin);
}
