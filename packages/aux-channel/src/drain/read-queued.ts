import { readFileSync, readSync } from 'node:fs';
import type { QueueState } from '../trait/trait.js';

const SLICE_BYTES = 65_536;
let scratch: Uint8Array | undefined;

/** More than any kernel queues in a socket with default settings. Unit: bytes. */
const DEFAULT_CAPACITY_BYTES = 4_194_304;
let capacity: number | undefined;

/**
 * Returns an upper bound of the bytes that a socket pair can hold. A writer may raise SO_SNDBUF to
 * net.core.wmem_max, which Linux doubles, and the last message may exceed the buffer by half
 * (af_unix.c).
 */
export function queueCapacity(): number {
  return (capacity ??= Math.max(DEFAULT_CAPACITY_BYTES, 4 * linuxSetting('wmem_max')));
}

function linuxSetting(name: string): number {
  try {
    return Number(readFileSync(`/proc/sys/net/core/${name}`, 'latin1')) || 0;
  } catch {
    return 0;
  }
}

/**
 * Reads the bytes that are queued in a non-blocking descriptor, then checks once whether a writer is
 * left. libuv made the descriptor non-blocking, so no call here waits.
 *
 * @param fd a descriptor that an open stream of this thread reads and keeps owning
 * @param limit number of bytes known to be queued (FIONREAD), or {@link queueCapacity}: it prevents a
 *   writer that never stops from keeping the reader busy forever
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
