import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { mustRun } from '@rsync-io/kit/run';
import { CACHE } from '@rsync-io/kit/workspace';
import type { Log } from './platform.ts';

/**
 * Copies the repository as it is now, with uncommitted files and what was built, and installs the dependencies
 * for another system. Returns the folder, which is reused for the same repository and system.
 */
export async function projectCopy(
  repository: string,
  { os, cpu }: { os: 'win32' | 'linux'; cpu: 'x64' | 'arm64' },
  log: Log,
): Promise<string> {
  const copy = path.join(CACHE, `project-${digest(`${repository} ${os} ${cpu}`).slice(0, 8)}`);
  mkdirSync(copy, { recursive: true });
  const installed = path.join(copy, 'node_modules', '.installed-from');
  const wanted = digest(readFileSync(path.join(repository, 'package-lock.json')));
  const stale = !existsSync(installed) || readFileSync(installed, 'utf8') !== wanted;

  for (const entry of readdirSync(copy)) {
    if (stale || entry !== 'node_modules') rmSync(path.join(copy, entry), { recursive: true });
  }
  for (const file of await filesOf(repository)) {
    const target = path.join(copy, file);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(repository, file), target, { recursive: true });
  }
  if (stale) {
    log(`installing the dependencies for ${os} ${cpu}`);
    const options = [`--os=${os}`, `--cpu=${cpu}`, '--ignore-scripts', '--no-audit', '--no-fund'];
    await mustRun(['npm', 'ci', ...options], { cwd: copy });
    writeFileSync(installed, wanted);
  }
  if (os === 'win32') {
    writeFileSync(path.join(copy, 'node_modules', '.mounts'), mountWorkspaces(copy));
  }
  return copy;
}

/**
 * Replaces npm's links to the workspace's packages by empty folders, over which the packages are mounted.
 * Wine shows a link as the folder it points to, but some calls return its target: a file would have two names,
 * and Node would load a module twice.
 *
 * @returns lines of `WORKSPACE LINK`, relative to the copy
 */
function mountWorkspaces(copy: string): string {
  const lock = JSON.parse(readFileSync(path.join(copy, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: true; resolved: string }>;
  };
  const links = Object.entries(lock.packages).filter(([, { link }]) => link);
  for (const [at] of links) {
    const folder = path.join(copy, at);
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
    mkdirSync(folder, { recursive: true });
  }
  return links.map(([at, { resolved }]) => `${resolved} ${at}\n`).join('');
}

async function filesOf(repository: string): Promise<string[]> {
  const list = ['git', '-c', 'core.quotepath=off', 'ls-files', '-co', '--exclude-standard'];
  const exists = (file: string) => file !== '' && existsSync(path.join(repository, file));
  const files = (await mustRun(list, { cwd: repository })).split('\n').filter(exists);
  const manifests = files.filter((file) => file.endsWith('/package.json'));
  const built = manifests.map((file) => path.join(path.dirname(file), 'dist')).filter(exists);
  return [...files, ...built];
}

const digest = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
