import { openSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';

/** Forward targets of the asynchronous transport that fail, each in its own way. None may cost a captured byte. */
const streams: readonly (() => Writable | ((chunk: Uint8Array) => void))[] = [
  // Never drains, and has room for nothing.
  () => new Writable({ highWaterMark: 1, write() {} }),
  () => new PassThrough().end() as unknown as Writable,
  () => new PassThrough().destroy(),
  () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('hostile')) }),
  () => () => {
    throw new Error('hostile');
  },
];

export const hostileStream = (id: number) => streams[id % streams.length]?.() ?? null;

/** A file on a disk that is always full (Linux). The caller owns the descriptor. */
export const openFullDisk = () => openSync('/dev/full', 'w');
