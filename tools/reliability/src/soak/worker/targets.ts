import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

type Target = Writable | ((chunk: Uint8Array) => unknown);

/** Forward targets of the asynchronous transport that fail, each in its own way. None may cost a captured byte. */
const hostile: readonly (() => Target)[] = [
  // Never drains, and has room for nothing.
  () => new Writable({ highWaterMark: 1, write() {} }),
  () => new PassThrough().end() as unknown as Writable,
  () => new PassThrough().destroy(),
  () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('hostile')) }),
  () => () => {
    throw new Error('hostile');
  },
];
export const hostileTarget = (id: number): Target => hostile[id % hostile.length]!();

export const slowTarget = (): Target => () => sleep(20);

/** A file on a disk that is always full (Linux). The caller owns the descriptor. */
export const openFullDisk = () => openSync('/dev/full', 'w');

const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-soak-'));
let count = 0;
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Opens a new empty file without a name. */
export function openUnnamed(): number {
  const file = path.join(folder, String((count += 1)));
  const fd = openSync(file, 'a+');
  rmSync(file);
  return fd;
}

function contentOf(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  for (let at = 0; at < bytes.length;) at += readSync(fd, bytes, at, bytes.length - at, at);
  return bytes;
}

/**
 * Files that are opened when the number of a forward target has just been closed, so that they get that number.
 * Nobody writes to them.
 */
export class ForeignFiles {
  readonly #open: { readonly fd: number; readonly until: number }[] = [];

  /** Closes a forward target, whose number is used again for at least `ms`. Returns its content. */
  replace(target: number, ms: number): Buffer {
    const content = contentOf(target);
    closeSync(target);
    this.#open.push({ fd: openUnnamed(), until: performance.now() + ms });
    return content;
  }

  /** Closes the files that were open long enough, or all of them. Returns the number of bytes that somebody wrote to them. */
  close(all = false): number {
    let bytes = 0;
    for (const file of this.#open.splice(0)) {
      if (!all && performance.now() < file.until) this.#open.push(file);
      else {
        bytes += fstatSync(file.fd).size;
        closeSync(file.fd);
      }
    }
    return bytes;
  }
}
