import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

// Plain JavaScript without dependencies, because setup:peers runs before `npm ci`.

/** @typedef {{ name: string, path: string, version: string }} Peer */

/** The programs and the option that prints their version. */
export const PEERS = Object.freeze({
  ssh: '-V',
  sshd: '-V',
  rsync: '--version',
  script: '--version',
  strace: '-V',
  chromium: '--version',
  'redis-server': '--version',
  ansible: '--version',
  clush: '--version',
  zsh: '--version',
  ksh: '--version',
  mksh: '-c :',
  yash: '--version',
  busybox: '--help',
});

/**
 * @param {string} name
 * @returns {Peer | null} `null` when it is not installed
 */
export function findPeer(name) {
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
  ];
  const file = folders
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
  if (file === undefined) return null;
  const argument = PEERS[/** @type {keyof typeof PEERS} */ (name)];
  const { stdout, stderr } = spawnSync(file, [argument], { encoding: 'utf8', timeout: 60_000 });
  // sshd before 9.2 rejects -V, but prints its version after the error.
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/).map((line) => line.trim());
  const version = lines.find((line) => /\d/.test(line) && !/option/.test(line));
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
