import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { median } from '@rsync-io/kit/statistics';
import { findPeers, startOpenSshServer } from '@rsync-io/testkit';
import { type BenchCase, NotRunError, type OpenCase, type RunContext } from '../bench-case.ts';
import { runProgram } from '../measure/run-program.ts';
import type { Sample } from '../metric.ts';
import { MIB } from './flood-parameters.ts';
import { roomyFolder } from './roomy-folder.ts';

const CONTENDERS = { command: 'rsync -e rsync-io-ssh', plain: 'rsync -e ssh' };
const FILES_PER_FOLDER = 500;

const atMost = (ratio: number) => ({
  what: 'time',
  metric: 'duration' as const,
  ours: 'command',
  peer: 'plain',
  target: { of: 'ratio' as const, atMost: ratio },
});

export const rsync: BenchCase = {
  name: 'rsync',
  title: 'rsync pushes one file over sshd',
  contenders: CONTENDERS,
  comparisons: [
    atMost(1.02),
    { what: 'throughput', metric: 'throughput', ours: 'command', peer: 'plain', target: null },
  ],
  open(context) {
    const bytes = (context.scale.quick ? 128 : 1024) * MIB;
    return openPush(context, 3 * bytes, { bytes, files: 1 }, (source) => {
      writeRandomFile(path.join(source, 'file'), bytes);
    });
  },
};

export const rsyncFiles: BenchCase = {
  name: 'rsync-files',
  title: 'rsync pushes small files over sshd',
  contenders: CONTENDERS,
  comparisons: [atMost(1.02)],
  open(context) {
    const files = context.scale.quick ? 2_000 : 20_000;
    return openPush(context, files * 16_384, { bytes: files * 100, files }, (source) => {
      for (let i = 0; i < files; i++) {
        const folder = path.join(source, String(Math.floor(i / FILES_PER_FOLDER)));
        if (i % FILES_PER_FOLDER === 0) mkdirSync(folder);
        writeFileSync(path.join(folder, String(i)), randomBytes(100));
      }
    });
  },
};

/** Each sample is a median, because the difference is a few milliseconds of a hundred. */
const STARTS_PER_SAMPLE = 11;

export const start: BenchCase = {
  name: 'start',
  title: 'rsync of nothing: what rsync-io-ssh adds to ssh, less the start of Node itself',
  contenders: { command: 'rsync -e rsync-io-ssh, less rsync -e ssh and node -e 0' },
  comparisons: [
    {
      what: 'time added',
      metric: 'duration',
      ours: 'command',
      peer: null,
      target: { of: 'ours', below: 8 },
    },
  ],
  async open(context) {
    const push = await openPush(context, MIB, { bytes: 0, files: 0 }, () => {});
    const { signal } = context;
    const timed = async (run: () => Promise<Sample>) => (await run()).duration as number;
    const bare = async () => (await runProgram(process.execPath, ['-e', '0'], { signal })).duration;
    return {
      ...push,
      run: {
        async command() {
          const times = { plain: [] as number[], command: [] as number[], bare: [] as number[] };
          for (let i = 0; i < STARTS_PER_SAMPLE; i++) {
            times.plain.push(await timed(push.run['plain'] as () => Promise<Sample>));
            times.command.push(await timed(push.run['command'] as () => Promise<Sample>));
            times.bare.push(await bare());
          }
          return { duration: median(times.command) - median(times.plain) - median(times.bare) };
        },
      },
    };
  },
};

/** rsync from one folder to a new one over a real sshd, with both remote shells. */
async function openPush(
  { signal }: RunContext,
  room: number,
  parameters: { bytes: number; files: number },
  fill: (source: string) => void,
): Promise<OpenCase> {
  const peers = findPeers();
  const missing = (['rsync', 'ssh', 'sshd'] as const).filter((name) => peers[name] === null);
  if (missing.length > 0) {
    throw new NotRunError(`${missing.join(' and ')} not installed (npm run setup:peers)`);
  }
  const folder = mkdtempSync(path.join(roomyFolder(room), 'rsync-io-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const source = path.join(folder, 'source');
    mkdirSync(source);
    fill(source);
    const server = await startOpenSshServer();
    const push = async (remoteShell: readonly string[]): Promise<Sample> => {
      const target = mkdtempSync(path.join(folder, 'target-'));
      const address = `${server.host}:${target}/`;
      const args = ['-a', '--whole-file', '-e', quoted(remoteShell), `${source}/`, address];
      const { duration } = await runProgram('rsync', args, { signal });
      const arrived = filesIn(target);
      rmSync(target, { recursive: true });
      if (arrived !== parameters.files) {
        throw new Error(`${arrived} files arrived of ${parameters.files}`);
      }
      return { duration, throughput: parameters.bytes / 1_000 / duration };
    };
    return {
      parameters,
      run: {
        command: () => push([process.execPath, remoteShellProgram(), ...server.sshArgs]),
        plain: () => push(['ssh', ...server.sshArgs]),
      },
      async close() {
        await server.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .length;

function remoteShellProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('@rsync-io/ssh/package.json');
  return path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
}

/** rsync splits the value of `-e` at spaces and supports quotes (`do_cmd` in main.c). */
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

function writeRandomFile(file: string, bytes: number): void {
  const block = randomBytes(MIB);
  const fd = openSync(file, 'w');
  try {
    for (let left = bytes; left > 0; left -= MIB) writeSync(fd, block);
  } finally {
    closeSync(fd);
  }
}
