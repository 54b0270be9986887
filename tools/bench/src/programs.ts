import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';

let programs: Promise<string> | null = null;

/** Returns the path of a program for a plain Node, compiled on first use. */
export async function programFile(name: 'probe' | 'at-go'): Promise<string> {
  programs ??= compilePrograms({
    probe: path.join(import.meta.dirname, 'probe.ts'),
    'at-go': path.join(import.meta.dirname, 'programs/at-go.ts'),
  });
  return path.join(await programs, `${name}.mjs`);
}
