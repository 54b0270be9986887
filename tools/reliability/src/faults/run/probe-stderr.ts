import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { ProbeStderrKind } from '../probe-config.ts';

/** When a pipe is read late, it has long been full. Unit: milliseconds. */
const LATE_MS = 300;
const SLOW_BYTES = 4_096;
const READ_EVERY_MS = 5;
/** Size limit of files, more than a probe writes to others. Unit: 512 bytes, as in `ulimit -f`. */
export const FILE_LIMIT_BLOCKS = 4_096;
/** What still fits into the file at its limit. Unit: bytes. */
const ROOM_BYTES = 100;

/** The runner's side of a probe's fd 2. */
export interface ProbeStderr {
  /** For `stdio[2]` of the probe. */
  readonly fd: number;
  /** Closes this process's copy, after the spawn. */
  started(): void;
  /** Returns what was written, after the probe has ended. */
  finish(): Buffer;
}

export function openStderr(kind: ProbeStderrKind, folder: string): ProbeStderr {
  const file = path.join(folder, 'stderr');
  const discarded = () => Buffer.alloc(0);
  switch (kind) {
    case 'full device':
      return writeOnly(openSync('/dev/full', 'w'), discarded);
    case 'pipe that is read late':
      return readPipe(folder, LATE_MS, 1_048_576);
    case 'pipe that is read slowly':
      return readPipe(folder, 0, SLOW_BYTES);
    case 'pipe without a reader': {
      const pipe = openPipe(folder);
      closeSync(pipe.read);
      return writeOnly(pipe.write, discarded);
    }
    case 'file at its limit':
      writeFileSync(file, '');
      truncateSync(file, FILE_LIMIT_BLOCKS * 512 - ROOM_BYTES);
      return writeOnly(openSync(file, 'a'), discarded);
    case 'file':
    case 'closed':
      writeFileSync(file, '');
      return writeOnly(openSync(file, 'a'), () => readFileSync(file));
  }
}

const writeOnly = (fd: number, finish: () => Buffer): ProbeStderr => ({
  fd,
  started: () => closeSync(fd),
  finish,
});

/** A real pipe; Node's `stdio: 'pipe'` is a socket. */
function openPipe(folder: string): { read: number; write: number } {
  const file = path.join(folder, 'fifo');
  execFileSync('mkfifo', [file]);
  const read = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(file, constants.O_WRONLY) };
}

function readPipe(folder: string, afterMs: number, maxBytes: number): ProbeStderr {
  const pipe = openPipe(folder);
  const buffer = Buffer.alloc(maxBytes);
  const chunks: Buffer[] = [];
  const readOnce = (): boolean => {
    try {
      const count = readSync(pipe.read, buffer);
      if (count > 0) chunks.push(Buffer.from(buffer.subarray(0, count)));
      return count > 0;
    } catch {
      // EAGAIN: the pipe is empty.
      return false;
    }
  };
  let timer: NodeJS.Timeout = setTimeout(() => {
    timer = setInterval(readOnce, READ_EVERY_MS);
  }, afterMs);
  return {
    ...writeOnly(pipe.write, () => {
      clearInterval(timer);
      while (readOnce());
      closeSync(pipe.read);
      return Buffer.concat(chunks);
    }),
  };
}
