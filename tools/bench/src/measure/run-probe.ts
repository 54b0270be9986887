import type { Sample } from '../metric.ts';
import type { ProbeName } from '../probes/index.ts';
import { programFile } from '../programs.ts';
import { runProgram } from './run-program.ts';

/**
 * Runs a probe in its own Node process, without the heap, compiled code or descriptors of another probe.
 * @throws Error (as rejection) if the probe fails
 */
export async function runProbe(
  name: ProbeName,
  parameters: object,
  signal: AbortSignal,
): Promise<Sample> {
  // For probes that measure memory after a garbage collection.
  const args = ['--expose-gc', await programFile('probe'), name, JSON.stringify(parameters)];
  const { stdout } = await runProgram(process.execPath, args, { signal });
  return JSON.parse(stdout) as Sample;
}
