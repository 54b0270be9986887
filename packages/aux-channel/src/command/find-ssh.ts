import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The remote shell to start when nobody named one: `ssh`, which the system finds on PATH. On Windows a
 * full path, for there the system would look in the current folder first, and start whatever
 * somebody has put there (libuv, `src/win/process.c`, search_path): the one on PATH, which often lacks it though
 * OpenSSH is installed, else the system's own (`%SystemRoot%\System32\OpenSSH`, where the optional
 * feature "OpenSSH Client" puts it) or Git's.
 *
 * @param env of the child-to-be
 */
export function findSsh(env: NodeJS.ProcessEnv = process.env): string {
  return process.platform === 'win32' ? findSshOnWindows(env, existsSync) : 'ssh';
}

/** @internal exported for tests */
export function findSshOnWindows(
  env: NodeJS.ProcessEnv,
  exists: (file: string) => boolean,
): string {
  const variable = (name: string) =>
    Object.entries(env).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const { isAbsolute, join } = path.win32;
  const onPath = variable('path')
    .split(';')
    .map((folder) => folder.replaceAll('"', ''))
    .filter(isAbsolute)
    .map((folder) => join(folder, 'ssh.exe'));
  const systemRoot = variable('systemroot') || 'C:\\Windows';
  const systemOwn = join(systemRoot, 'System32', 'OpenSSH', 'ssh.exe');
  const usual = [
    systemOwn,
    // What a 32-bit process sees under System32 is another folder.
    join(systemRoot, 'Sysnative', 'OpenSSH', 'ssh.exe'),
    join(variable('programfiles') || 'C:\\Program Files', 'Git', 'usr', 'bin', 'ssh.exe'),
  ];
  return [...onPath, ...usual].find(exists) ?? systemOwn;
}
