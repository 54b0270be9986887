import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { atMost, type BenchCase, compare, type RunContext } from '../bench-case.ts';
import { runProgram } from '../measure/run-program.ts';
import type { Sample } from '../metric.ts';
import { roomyFolder } from '../probes/forward.ts';
import { remoteShell, startServer } from './ssh-server.ts';

const CONTENDERS = { command: 'rsync -e rsync-io-ssh', plain: 'rsync -e ssh' };
const FILES_PER_FOLDER = 500;
const MIB = 1_048_576;

export const rsync: BenchCase = {
  name: 'rsync',
  title: 'rsync pushes one file over sshd',
  contenders: CONTENDERS,
  comparisons: [
    compare('time', 'duration', ['command', 'plain'], atMost(1.02)),
    compare('throughput', 'throughput', ['command', 'plain']),
  ],
  rounds: { quick: 2, full: 10 },
  open: (context) => {
    const bytes = (context.quick ? 64 : 1024) * MIB;
    return openPush(context, { bytes, files: 1 }, (source) => {
      const block = randomBytes(16 * MIB);
      const file = path.join(source, 'file');
      for (let done = 0; done < bytes; done += block.length) appendFileSync(file, block);
    });
  },
};

export const rsyncFiles: BenchCase = {
  name: 'rsync-files',
  title: 'rsync pushes small files over sshd',
  contenders: CONTENDERS,
  comparisons: [compare('time', 'duration', ['command', 'plain'], atMost(1.02))],
  rounds: { quick: 2, full: 12 },
  open: (context) => {
    const files = context.quick ? 2_000 : 20_000;
    return openPush(context, { bytes: files * 100, files }, (source) => {
      for (let i = 0; i < files; i++) {
        const folder = path.join(source, String(Math.floor(i / FILES_PER_FOLDER)));
        if (i % FILES_PER_FOLDER === 0) mkdirSync(folder);
        writeFileSync(path.join(folder, String(i)), randomBytes(100));
      }
    });
  },
};

/** rsync from one folder to a new one over a real sshd, with both remote shells. */
async function openPush(
  { signal }: RunContext,
  parameters: { bytes: number; files: number },
  fill: (source: string) => void,
) {
  const server = await startServer('rsync', 'ssh', 'sshd');
  const room = parameters.bytes + parameters.files * 16_384;
  const folder = mkdtempSync(path.join(roomyFolder(room), 'rsync-io-bench-'));
  const source = path.join(folder, 'source');
  mkdirSync(source);
  fill(source);
  const push = async (remoteShell: readonly string[]): Promise<Sample> => {
    const target = mkdtempSync(path.join(folder, 'target-'));
    const address = `${server.host}:${target}/`;
    // rsync splits the value of `-e` at spaces and supports quotes (`do_cmd` in main.c).
    const shell = remoteShell.map((word) => `'${word}'`).join(' ');
    const args = ['-a', '--whole-file', '-e', shell, `${source}/`, address];
    const { duration } = await runProgram('rsync', args, { signal });
    const entries = readdirSync(target, { recursive: true, withFileTypes: true });
    const arrived = entries.filter((entry) => entry.isFile()).length;
    rmSync(target, { recursive: true });
    if (arrived !== parameters.files) {
      throw new Error(`${arrived} files arrived of ${parameters.files}`);
    }
    return { duration, throughput: parameters.bytes / 1_000 / duration };
  };
  return {
    parameters,
    run: {
      command: () => push([...remoteShell(), ...server.sshArgs]),
      plain: () => push(['ssh', ...server.sshArgs]),
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
