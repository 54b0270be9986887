import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The remote shell to start when nobody named one: `ssh`, which the system finds on PATH. On Windows,
 * where PATH often lacks it though OpenSSH is installed, the full path of the system's own
 * (`%SystemRoot%\System32\OpenSSH`, where the optional feature "OpenSSH Client" puts it) or of Git's.
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
  const { join } = path.win32;
  const onPath = variable('path')
    .split(';')
    .map((folder) => folder.replaceAll('"', ''))
    .filter((folder) => folder !== '');
  if (onPath.some((folder) => exists(join(folder, 'ssh.exe')))) return 'ssh';
  const systemRoot = variable('systemroot') || 'C:\\Windows';
  const usual = [
    join(systemRoot, 'System32', 'OpenSSH', 'ssh.exe'),
    // What a 32-bit process sees under System32 is another folder.
    join(systemRoot, 'Sysnative', 'OpenSSH', 'ssh.exe'),
    join(variable('programfiles') || 'C:\\Program Files', 'Git', 'usr', 'bin', 'ssh.exe'),
  ];
  return usual.find(exists) ?? 'ssh';
}
