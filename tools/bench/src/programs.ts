import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { program } from '@rsync-io/testkit';

const PROBES = ['flood', 'latency', 'many', 'round-trip', 'spawn', 'wait-grandchild', 'wire'];

/** Paths of the programs that measure, or that are measured. `c`: `null` without a C compiler. */
export type Programs = Readonly<Record<string, string | null>>;

/** Compiles the probes, each of which is a process of its own, and the programs in C. */
export async function makePrograms(): Promise<Programs> {
  const sources = ['programs/at-go', ...PROBES.map((name) => `probes/${name}`)];
  const entries = sources.map((name) => [
    path.basename(name),
    path.join(import.meta.dirname, `${name}.ts`),
  ]);
  const folder = await compilePrograms(Object.fromEntries(entries));
  return {
    ...Object.fromEntries(entries.map(([name]) => [name, path.join(folder, `${name}.mjs`)])),
    writer: program('write-stderr'),
    grandchild: program('grandchild'),
    c: compileC(path.join(folder, 'c')),
  };
}

function compileC(output: string): string | null {
  const source = path.join(import.meta.dirname, 'programs/c.c');
  const args = ['-O2', '-Wall', '-o', output, source, '-lutil'];
  const { status, error } = spawnSync('cc', args, { stdio: 'inherit' });
  if (!error && status !== 0) throw new Error('cc failed');
  return error ? null : output;
}

/**
 * Runs a program to its end. Returns its stdout and the milliseconds from spawn to exit. Rejects with an Error
 * with its stderr if it fails or is aborted.
 */
export async function runProgram(words: readonly string[], signal: AbortSignal) {
  const [file, ...args] = words as [string, ...string[]];
  const begin = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let stdout = '';
  let stderr = '';
  let duration = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('exit', () => (duration = performance.now() - begin));
  const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code === 0) return { stdout, duration };
  throw new Error(stderr.trim() || `${file} ended with ${killedBy ?? `status ${code}`}`);
}
