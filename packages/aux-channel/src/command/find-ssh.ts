import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the default remote shell: on Unix `ssh`, which the system finds on PATH. Windows searches the
 * current folder first (libuv, `src/win/process.c`, search_path), so it gets a full path there: ssh on
 * PATH, or that of the optional feature "OpenSSH Client" or of Git, which are often not on PATH.
 * @param env the environment of the future child
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
    // A 32-bit process sees a different folder as System32.
    join(systemRoot, 'Sysnative', 'OpenSSH', 'ssh.exe'),
    join(variable('programfiles') || 'C:\\Program Files', 'Git', 'usr', 'bin', 'ssh.exe'),
  ];
  return [...onPath, ...usual].find(exists) ?? systemOwn;
}
