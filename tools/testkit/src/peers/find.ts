import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Real programs that tests and demos use. */
export type PeerName =
  | 'ssh'
  | 'sshd'
  | 'rsync'
  | 'script'
  | 'strace'
  | 'tar'
  | 'chromium'
  | 'redis-server'
  | 'ansible'
  | 'clush';

/** A program that is installed. */
export interface Peer {
  readonly name: PeerName;
  readonly path: string;
  /** The first line of its version output. */
  readonly version: string;
}

export type Peers = Readonly<Record<PeerName, Peer | null>>;

const versionArguments: Record<PeerName, readonly string[]> = {
  ssh: ['-V'],
  // sshd before 9.2 has no option for the version, but prints it with its usage.
  sshd: ['-V'],
  rsync: ['--version'],
  script: ['--version'],
  strace: ['-V'],
  tar: ['--version'],
  chromium: ['--version'],
  'redis-server': ['--version'],
  ansible: ['--version'],
  clush: ['--version'],
};

const found = new Map<PeerName, Peer | null>();
const peers = {} as Peers;
for (const name of Object.keys(versionArguments) as PeerName[]) {
  const get = () => {
    if (!found.has(name)) found.set(name, findPeer(name));
    return found.get(name);
  };
  Object.defineProperty(peers, name, { enumerable: true, get });
}

/** Searches for a peer when it is first read, once per process. */
export const findPeers = (): Peers => peers;

/** Searches PATH and the usual folders of daemons for a program; returns its path. */
export function findProgram(name: string): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/sbin',
  ];
  const files = folders
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, process.platform === 'win32' ? `${name}.exe` : name));
  return files.find(isExecutable) ?? null;
}

function findPeer(name: PeerName): Peer | null {
  const file = findProgram(name);
  if (file === null) return null;
  const { stdout, stderr, error } = spawnSync(file, versionArguments[name], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error) return null;
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/).map((line) => line.trim());
  const version = lines.find(
    (line) => /\d/.test(line) && !/unknown option|illegal option/.test(line),
  );
  // Other systems have a script(1) with other options.
  if (name === 'script' && version?.includes('util-linux') !== true) return null;
  return { name, path: file, version: version ?? 'unknown version' };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
