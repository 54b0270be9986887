import { fileURLToPath } from 'node:url';
import type { Sample } from '../metric.js';
import type { ProbeName } from '../probes/index.js';
import { runProgram } from './run-program.js';

const probeProgram = fileURLToPath(new URL('./probe.js', import.meta.url));

/**
 * One run in a Node process of its own: nobody else's heap, compiled code or descriptors are in it.
 * @throws Error (as rejection) when the probe fails
 */
export async function runProbe(
  name: ProbeName,
  parameters: object,
  signal: AbortSignal,
): Promise<Sample> {
  // For probes that look at memory after a collection.
  const args = ['--expose-gc', probeProgram, name, JSON.stringify(parameters)];
  const { stdout } = await runProgram(process.execPath, args, { signal });
  return JSON.parse(stdout) as Sample;
}
