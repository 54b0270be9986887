import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotRunError } from '../bench-case.ts';

const source = fileURLToPath(new URL('../programs/reader.c', import.meta.url));

/**
 * Compiles the reader in C.
 * @param folder the output folder
 * @returns its path
 * @throws NotRunError if there is no compiler
 */
export function compileReader(folder: string): string {
  const program = path.join(folder, 'reader');
  const { status, error, stderr } = spawnSync('cc', ['-O2', '-o', program, source], {
    encoding: 'utf8',
  });
  if (error) throw new NotRunError('no C compiler is installed (cc)');
  if (status !== 0) throw new Error(`cc failed: ${stderr}`);
  return program;
}
