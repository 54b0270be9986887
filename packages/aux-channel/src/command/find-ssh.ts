import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the default remote shell. On Unix this is `ssh`, which the system finds on PATH. On Windows it
 * is a full path, because the system searches the current folder first (libuv, `src/win/process.c`,
 * search_path): the ssh on PATH, otherwise that of the optional feature "OpenSSH Client"
 * (`%SystemRoot%\System32\OpenSSH`) or of Git. OpenSSH is often installed without being on PATH.
 *
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
