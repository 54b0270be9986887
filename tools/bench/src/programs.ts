import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';
import { NotRunError } from './bench-case.ts';

let programs: Promise<string> | null = null;

/** The folder of the programs for a plain Node, compiled on first use. */
const folder = () =>
  (programs ??= compilePrograms({
    probe: path.join(import.meta.dirname, 'probe.ts'),
    'at-go': path.join(import.meta.dirname, 'programs/at-go.ts'),
  }));

export const nodeProgram = async (name: 'probe' | 'at-go') =>
  path.join(await folder(), `${name}.mjs`);

/**
 * Compiles the programs in C on first use, and returns the path.
 * @throws NotRunError (as rejection) if there is no compiler
 */
export async function cProgram(): Promise<string> {
  const program = path.join(await folder(), 'c');
  const source = path.join(import.meta.dirname, 'programs/c.c');
  const args = ['-O2', '-Wall', '-o', program, source, '-lutil'];
  const { status, error, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (error) throw new NotRunError('no C compiler is installed (cc)');
  if (status !== 0) throw new Error(`cc failed: ${stderr}`);
  return program;
}
