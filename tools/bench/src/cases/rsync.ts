import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPeers, startOpenSshServer } from '@rsync-io/testkit';
import { type BenchCase, NotRunError } from '../bench-case.js';
import { runProgram } from '../measure/run-program.js';
import type { Sample } from '../metric.js';
import { MIB } from './flood-parameters.js';

export const rsync: BenchCase = {
  name: 'rsync',
  title: 'rsync pushes one file over sshd',
  contenders: { command: 'rsync -e rsync-io-ssh', plain: 'rsync -e ssh' },
  comparisons: [
    {
      what: 'time',
      metric: 'duration',
      ours: 'command',
      peer: 'plain',
      target: { of: 'ratio', atMost: 1.05 },
    },
    { what: 'throughput', metric: 'throughput', ours: 'command', peer: 'plain', target: null },
  ],
  async open({ scale, signal }) {
    const peers = findPeers();
    const missing = (['rsync', 'ssh', 'sshd'] as const).filter((name) => peers[name] === null);
    if (missing.length > 0) {
      throw new NotRunError(`${missing.join(' and ')} not installed (npm run setup:peers)`);
    }
    const bytes = (scale.quick ? 128 : 1024) * MIB;
    const folder = mkdtempSync(path.join(roomyFolder(3 * bytes), 'rsync-io-bench-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const source = path.join(folder, 'source');
    try {
      writeRandomFile(source, bytes);
      const server = await startOpenSshServer();
      const command = [process.execPath, remoteShellProgram(), ...server.sshArgs];
      const plain = ['ssh', ...server.sshArgs];
      const push = async (remoteShell: readonly string[]): Promise<Sample> => {
        const target = mkdtempSync(path.join(folder, 'target-'));
        const address = `${server.host}:${target}/`;
        const args = ['-a', '--whole-file', '-e', quoted(remoteShell), source, address];
        const { duration } = await runProgram('rsync', args, { signal });
        const { size } = statSync(path.join(target, 'source'));
        rmSync(target, { recursive: true });
        if (size !== bytes) throw new Error(`${size} bytes arrived of ${bytes}`);
        return { duration, throughput: bytes / 1_000 / duration };
      };
      return {
        parameters: { bytes, files: 1 },
        run: { command: () => push(command), plain: () => push(plain) },
        async close() {
          await server.close();
          remove();
        },
      };
    } catch (error) {
      remove();
      throw error;
    }
  },
};

function remoteShellProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('@rsync-io/ssh/package.json');
  return path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
}

/** rsync splits the value of `-e` at spaces, and knows quotes (`do_cmd` in main.c). */
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

/** Memory rather than a disk, so that the disk is not what is measured. */
function roomyFolder(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > bytes) return '/dev/shm';
  } catch {
    // There is none on this system.
  }
  return tmpdir();
}

function writeRandomFile(file: string, bytes: number): void {
  const block = randomBytes(MIB);
  const fd = openSync(file, 'w');
  try {
    for (let left = bytes; left > 0; left -= MIB) writeSync(fd, block);
  } finally {
    closeSync(fd);
  }
}
