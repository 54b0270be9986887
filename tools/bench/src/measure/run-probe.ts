import type { Sample } from '../metric.ts';
import type { ProbeName } from '../probes/index.ts';
import { programFile } from '../programs.ts';
import { runProgram } from './run-program.ts';

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
  const args = ['--expose-gc', await programFile('probe'), name, JSON.stringify(parameters)];
  const { stdout } = await runProgram(process.execPath, args, { signal });
  return JSON.parse(stdout) as Sample;
}
