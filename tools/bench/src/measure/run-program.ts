import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Sample } from '../metric.ts';
import type { ProbeName } from '../probes/index.ts';
import { nodeProgram } from '../programs.ts';

export interface ProgramResult {
  readonly stdout: string;
  /** From spawn to exit. Unit: milliseconds. */
  readonly duration: number;
}

export interface ProgramOptions {
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end.
 * @throws Error (as rejection) with its stderr if it fails, or if it is aborted
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { signal, env = process.env }: ProgramOptions,
): Promise<ProgramResult> {
  const begin = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, env });
  let stdout = '';
  let stderr = '';
  let duration = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('exit', () => (duration = performance.now() - begin));
  const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new Error(stderr.trim() || `${file} ended with ${killedBy ?? `status ${code}`}`);
  }
  return { stdout, duration };
}

/** The command line of a probe. `--expose-gc` is for probes that measure memory. */
export const probeWords = async (name: ProbeName, parameters: object) => [
  process.execPath,
  ...['--expose-gc', await nodeProgram('probe'), name, JSON.stringify(parameters)],
];

/**
 * Runs a command that prints a sample in JSON. A probe has its own Node process, without the heap, compiled
 * code or descriptors of another one.
 * @throws Error (as rejection) if it fails
 */
export async function runSample(words: readonly string[], signal: AbortSignal): Promise<Sample> {
  const [file, ...args] = words as [string, ...string[]];
  return JSON.parse((await runProgram(file, args, { signal })).stdout) as Sample;
}
