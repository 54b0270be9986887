import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '@rsync-io/kit/run';
import { CACHE } from '@rsync-io/kit/workspace';

/** Returns the program of the newest npm of a major version, downloaded on first use. */
export async function downloadNpm(major: number): Promise<string> {
  const cwd = path.join(CACHE, `npm-${major}`);
  const file = path.join(cwd, 'package/bin/npm-cli.js');
  if (!existsSync(file)) {
    mkdirSync(cwd, { recursive: true });
    const output = await mustRun(['npm', 'pack', '--silent', `npm@${major}`], { cwd });
    await mustRun(['tar', '-xzf', output.trim().split('\n').at(-1) ?? ''], { cwd });
  }
  return file;
}
