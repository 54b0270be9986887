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
import type { StderrOfProbe } from '../matrix/probe-order.js';

/** When somebody comes to read a pipe late: long after it is full. Unit: milliseconds. */
const LATE_MS = 300;
const SLOW_BYTES = 4_096;
const READ_EVERY_MS = 5;
/** What a file may hold: more than a probe writes elsewhere. Unit: blocks of 512 bytes, as `ulimit -f` counts. */
export const FILE_LIMIT_BLOCKS = 4_096;
/** What still fits into the file that is at its limit. Unit: bytes. */
const ROOM_BYTES = 100;

/** The runner's side of what a probe has as its fd 2. */
export interface ProbeStderr {
  /** Goes to `stdio[2]` of the probe. */
  readonly fd: number;
  /** The probe has its copy: ours is closed. */
  started(): void;
  /** What has arrived. Call it when the probe has ended. */
  finish(): Buffer;
}

export function openStderr(kind: StderrOfProbe, folder: string): ProbeStderr {
  switch (kind) {
    case 'full device':
      return onlyWritten(openSync('/dev/full', 'w'), () => Buffer.alloc(0));
    case 'pipe that is read late':
      return readPipe(folder, LATE_MS, 1_048_576);
    case 'pipe that is read slowly':
      return readPipe(folder, 0, SLOW_BYTES);
    case 'pipe without a reader': {
      const pipe = openPipe(folder);
      closeSync(pipe.read);
      return onlyWritten(pipe.write, () => Buffer.alloc(0));
    }
    case 'file at its limit': {
      const file = path.join(folder, 'stderr');
      writeFileSync(file, '');
      truncateSync(file, FILE_LIMIT_BLOCKS * 512 - ROOM_BYTES);
      return onlyWritten(openSync(file, 'a'), () => Buffer.alloc(0));
    }
    case 'file':
    case 'closed': {
      const file = path.join(folder, 'stderr');
      writeFileSync(file, '');
      return onlyWritten(openSync(file, 'a'), () => readFileSync(file));
    }
  }
}

function onlyWritten(fd: number, finish: () => Buffer): ProbeStderr {
  return { fd, started: () => closeSync(fd), finish };
}

/** A pipe that is one: what Node makes for `stdio: 'pipe'` is a socket. */
function openPipe(folder: string): { read: number; write: number } {
  const file = path.join(folder, 'fifo');
  execFileSync('mkfifo', [file]);
  const read = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(file, constants.O_WRONLY) };
}

function readPipe(folder: string, afterMs: number, mostBytes: number): ProbeStderr {
  const pipe = openPipe(folder);
  const buffer = Buffer.alloc(mostBytes);
  const chunks: Buffer[] = [];
  /** Returns whether there was something. */
  const readOnce = (): boolean => {
    try {
      const count = readSync(pipe.read, buffer);
      if (count > 0) chunks.push(Buffer.from(buffer.subarray(0, count)));
      return count > 0;
    } catch {
      // EAGAIN: nothing yet.
      return false;
    }
  };
  let timer: NodeJS.Timeout = setTimeout(() => {
    timer = setInterval(readOnce, READ_EVERY_MS);
  }, afterMs);
  return {
    fd: pipe.write,
    started: () => closeSync(pipe.write),
    finish() {
      clearInterval(timer);
      while (readOnce());
      closeSync(pipe.read);
      return Buffer.concat(chunks);
    },
  };
}
