import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

// Plain JavaScript without dependencies, because setup:peers runs before `npm ci`.

/**
 * The programs that tests and demos use: the package in Debian, and the arguments that print the version.
 * @type {typeof import('./peers.d.ts').PEERS}
 */
export const PEERS = Object.freeze({
  ssh: ['openssh-client', '-V'],
  sshd: ['openssh-server', '-V'],
  rsync: ['rsync', '--version'],
  script: ['bsdutils', '--version'],
  strace: ['strace', '-V'],
  tar: ['tar', '--version'],
  chromium: ['chromium', '--version'],
  'redis-server': ['redis-server', '--version'],
  ansible: ['ansible-core', '--version'],
  clush: ['clustershell', '--version'],
  zsh: ['zsh', '--version'],
  ksh: ['ksh', '--version'],
  mksh: ['mksh', '-c', 'echo $KSH_VERSION'],
  yash: ['yash', '--version'],
  busybox: ['busybox', '--help'],
});

/**
 * Searches PATH and the usual folders of daemons.
 * @param {string} name
 * @returns {string | null}
 */
export function findProgram(name) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const files = [...folders, '/usr/sbin', '/usr/local/sbin', '/sbin']
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, file));
  return files.find(isExecutable) ?? null;
}

/** @type {import('./peers.d.ts').findPeer} */
export function findPeer(name) {
  const file = findProgram(name);
  if (file === null) return null;
  const options = /** @type {const} */ ({ encoding: 'utf8', timeout: 60_000 });
  const { stdout, stderr, error } = spawnSync(file, PEERS[name].slice(1), options);
  if (error) return null;
  // sshd before 9.2 rejects -V, but prints its version after the error.
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/).map((line) => line.trim());
  const version = lines.find((line) => /\d/.test(line) && !/option/.test(line));
  // Other systems have a script(1) with other options.
  if (name === 'script' && version?.includes('util-linux') !== true) return null;
  return { name, path: file, version: version ?? 'unknown version' };
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
