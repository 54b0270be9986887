import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import type { Direction } from '../matrix/scenario.ts';

/*
 * replay SCRIPT: replaces ssh. Writes half of the recorded stderr, serves the wire (push: stdin goes to a file;
 * pull: a file goes to stdout), writes the rest and exits with the recorded code. Uses blocking calls, because
 * `process.stderr` does not work on every kind of fd 2.
 */
export interface Script {
  readonly direction: Direction;
  /** Base64. */
  readonly stderr: string;
  readonly times: number;
  readonly code: number;
  /** The file that a pull sends. */
  readonly from: string;
  /** The file that a push creates. */
  readonly to: string;
}

const script = JSON.parse(readFileSync(process.argv.at(-1) as string, 'utf8')) as Script;
const once = Buffer.from(script.stderr, 'base64');
const half = Math.floor(once.length / 2);

writeStderr(once.subarray(0, half));
if (script.direction === 'push') writeFileSync(script.to, received());
else writeAll(1, readFileSync(script.from));
writeStderr(once.subarray(half));
for (let i = 1; i < script.times; i++) writeStderr(once);
process.exit(script.code);

function writeStderr(bytes: Uint8Array): void {
  writeAll(2, bytes);
}

function received(): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const block = Buffer.alloc(65_536);
    const count = read(block);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(block.subarray(0, count));
  }
}

function read(block: Buffer): number {
  for (;;) {
    try {
      return readSync(0, block);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

/** The descriptor is non-blocking. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
