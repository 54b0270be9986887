import path from 'node:path';
import { compilePrograms } from '@rsync-io/kit/programs';

/** Programs that the matrix starts, in a plain Node: what they do on fd 2 is compared. */
export const PROGRAMS = {
  'remote-shell': path.join(import.meta.dirname, 'remote-shell.ts'),
  replay: path.join(import.meta.dirname, '../replay/replay.ts'),
};

/** Folder of the programs if they are compiled already (under Wine), relative to the working directory. */
export const PROGRAMS_VARIABLE = 'RSYNC_IO_PARITY_PROGRAMS';

let programs: string | null = null;

/** Compiles the programs once. Returns their folder. */
export async function compiledPrograms(): Promise<string> {
  const given = process.env[PROGRAMS_VARIABLE];
  programs ??= given === undefined ? await compilePrograms(PROGRAMS) : path.resolve(given);
  return programs;
}
