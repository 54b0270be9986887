// Not a program: writes a whole buffer, also to a descriptor that somebody made non-blocking.
import { writeSync } from 'node:fs';

const neverWoken = new Int32Array(new SharedArrayBuffer(4));

export function writeAll(fd, buffer) {
  for (let written = 0; written < buffer.length;) {
    try {
      written += writeSync(fd, buffer, written);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(neverWoken, 0, 0, 1);
    }
  }
}
