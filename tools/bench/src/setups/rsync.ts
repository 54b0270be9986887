import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench, Runs, Sizes } from '../open-case.ts';
import { MIB, roomyFolder } from '../probes/common/flood.ts';
import { runProgram } from '../programs.ts';
import { remoteShell, startServer } from './remote-shell.ts';

const FILES_PER_FOLDER = 500;

/** rsync from one folder to a new one over a real sshd, with both remote shells. */
export async function push(bench: Bench, sizes: Sizes): Promise<Runs> {
  const { mebibytes = 0, files = 1 } = sizes;
  const server = await startServer(bench);
  const room = mebibytes * MIB + files * 16_384;
  const folder = mkdtempSync(path.join(roomyFolder(room), 'rsync-io-bench-'));
  bench.atEnd.push(() => rmSync(folder, { recursive: true, force: true }));
  const source = path.join(folder, 'source');
  fill(source, files, (mebibytes * MIB) / files);

  const pushBy = (shell: readonly string[]) => async () => {
    const target = mkdtempSync(path.join(folder, 'target-'));
    // rsync splits the value of `-e` at spaces and supports quotes (`do_cmd` in main.c).
    const quoted = [...shell, ...server.sshArgs].map((word) => `'${word}'`).join(' ');
    const address = `${server.host}:${target}/`;
    const words = ['rsync', '-a', '--whole-file', '-e', quoted, `${source}/`, address];
    const { duration } = await runProgram(words, bench.signal);
    const entries = readdirSync(target, { recursive: true, withFileTypes: true });
    const arrived = entries.filter((entry) => entry.isFile()).length;
    rmSync(target, { recursive: true });
    if (arrived !== files) throw new Error(`${arrived} files arrived of ${files}`);
    return { duration, throughput: (mebibytes * MIB) / 1_000 / duration };
  };
  return { command: pushBy(remoteShell), plain: pushBy(['ssh']) };
}

/** Writes so many files of so many random bytes, repeated after 16 MiB. */
function fill(source: string, files: number, bytes: number): void {
  const block = randomBytes(Math.min(bytes, 16 * MIB));
  for (let i = 0; i < files; i++) {
    const folder = path.join(source, String(Math.floor(i / FILES_PER_FOLDER)));
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, String(i));
    for (let done = 0; done < bytes; done += block.length) {
      writeFileSync(file, block, { flag: 'a' });
    }
  }
}
