import { execFile } from 'node:child_process';

export interface FoundProgram {
  readonly name: string;
  /** The first line of its version output; `null` when it cannot be started. */
  readonly version: string | null;
}

const TIMEOUT_MS = 5_000;

/** Runs a program to find its version. @param file its name on PATH, or its path */
export function findProgram(
  name: string,
  file: string,
  args: readonly string[],
): Promise<FoundProgram> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // ssh prints its version on stderr.
      const line = `${stdout}${stderr}`.split(/\r?\n/).find((text) => text.trim() !== '');
      resolve({ name, version: error ? null : (line?.trim() ?? null) });
    });
  });
}
