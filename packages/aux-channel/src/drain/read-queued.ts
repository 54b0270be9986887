import { readSync } from 'node:fs';
import type { QueueState } from '../trait/trait.js';

const SLICE_BYTES = 65_536;
let scratch: Uint8Array | undefined;

/**
 * Reads what a non-blocking descriptor holds queued, then looks once whether a writer is left.
 * libuv made the descriptor non-blocking, so nothing here waits.
 *
 * @param fd a descriptor that an open stream of this thread reads; stays owned by it
 * @param limit bytes known to be queued (FIONREAD), or a cap above the queue's capacity: a writer
 *   that goes on writing must not keep the reader busy without end
 */
export function readQueued(
  fd: number,
  limit: number,
  receive: (chunk: Uint8Array) => void,
): QueueState {
  scratch ??= new Uint8Array(SLICE_BYTES);
  let left = limit;
  for (;;) {
    let count: number;
    try {
      count = readSync(fd, scratch, 0, Math.max(1, Math.min(left, SLICE_BYTES)), null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EINTR') continue;
      if (code === 'EAGAIN') return 'open';
      if (code === 'EOF' || code === 'ECONNRESET') return 'eof';
      return 'unknown';
    }
    if (count === 0) return 'eof';
    receive(scratch.subarray(0, count));
    if (left <= 0) return 'open';
    left -= count;
  }
}
