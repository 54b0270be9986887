import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { findPeers } from '@rsync-io/testkit';

/** The machine of a run. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Load average of the last minute, which shows whether the machine was busy. */
  readonly loadAverage: number;
}

export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown processor',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    loadAverage: Math.round((os.loadavg()[0] as number) * 100) / 100,
  };
}

/** Versions of the compared packages, by name. */
export function versions(): Record<string, string> {
  const peers = findPeers();
  const known: Record<string, string> = {
    node: process.version,
    libuv: process.versions.uv,
    '@rsync-io/ssh': packageVersion('@rsync-io/ssh'),
    execa: packageVersion('execa'),
    tinyexec: packageVersion('tinyexec'),
  };
  for (const name of ['rsync', 'ssh', 'sshd'] as const) {
    known[name] = peers[name]?.version ?? 'not installed';
  }
  return known;
}

/** Found through the main module, because not every package exports its `package.json`. */
function packageVersion(name: string): string {
  const found = findPackageJSON(import.meta.resolve(name));
  return (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version;
}

function findPackageJSON(module: string): URL {
  for (let folder = new URL('.', module); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file) || folder.pathname === '/') return file;
  }
}
