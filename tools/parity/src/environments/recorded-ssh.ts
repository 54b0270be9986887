import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Recording } from './replay.ts';

/*
 * recorded-ssh SCRIPT: replaces ssh. Writes half of the recorded stderr, serves the wire (push: stdin goes to a file;
 * pull: a file goes to stdout), writes the rest and exits with the recorded code. It writes with blocking calls,
 * because `process.stderr` does not support every kind of fd 2.
 */
export interface Script extends Recording {
  /** The file that a pull sends. */
  readonly from: string;
  /** The file that a push creates. */
  readonly to: string;
}

const script = JSON.parse(readFileSync(process.argv.at(-1) as string, 'utf8')) as Script;
const stderr = Buffer.from(script.stderr, 'base64');
const half = Math.floor(stderr.length / 2);

writeAll(2, stderr.subarray(0, half));
if (script.direction === 'push') writeFileSync(script.to, await buffer(process.stdin));
else writeAll(1, readFileSync(script.from));
writeAll(2, stderr.subarray(half));
for (let i = 1; i < script.times; i++) writeAll(2, stderr);
process.exit(script.code);

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // The descriptor is non-blocking.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
