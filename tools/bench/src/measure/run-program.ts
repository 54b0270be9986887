import { spawn } from 'node:child_process';
import { once } from 'node:events';

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
 * @throws Error (as rejection) when it fails, with what it said on stderr, or when it is aborted
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
