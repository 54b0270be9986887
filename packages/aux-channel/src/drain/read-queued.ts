import { readFileSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { QueueState } from '../trait/trait.js';

const SLICE_BYTES = 65_536;
let scratch: Uint8Array | undefined;

/** More than any kernel queues in a socket with default settings. Unit: bytes. */
const DEFAULT_CAPACITY_BYTES = 4_194_304;
let capacity: number | undefined;

/** A writer may raise SO_SNDBUF to wmem_max, which Linux doubles; a last message may exceed it by half. */
function queueCapacity(): number {
  return (capacity ??= Math.max(DEFAULT_CAPACITY_BYTES, 4 * linuxNetSetting('wmem_max')));
}

/** The value of a setting of `net.core`; 0 on other systems. */
export function linuxNetSetting(name: string): number {
  try {
    return Number(readFileSync(`/proc/sys/net/core/${name}`, 'latin1')) || 0;
  } catch {
    return 0;
  }
}

/** A Node stream that reads a descriptor. Node exposes the number on Unix only. */
type DescriptorStream = Readable & { readonly _handle?: { readonly fd?: number } | null };

export const descriptorOf = (stream: Readable): number =>
  (stream as DescriptorStream)._handle?.fd ?? -1;

/**
 * Reads the bytes that are queued for a stream of Node, then checks once whether a writer is left. libuv
 * made its descriptor non-blocking, so no call here waits.
 * @param queuedBytes number of bytes known to be queued (FIONREAD), which bounds the read if a writer
 *   never stops
 */
export function readQueued(
  stream: Readable,
  receive: (chunk: Uint8Array) => void,
  queuedBytes: (fd: number) => number = queueCapacity,
): QueueState {
  if (stream.destroyed || stream.readableEnded) return 'eof';
  const fd = descriptorOf(stream);
  if (fd < 0) return 'unknown';
  let left: number;
  try {
    left = queuedBytes(fd);
  } catch {
    // The system cannot report it.
    left = queueCapacity();
  }
  scratch ??= new Uint8Array(SLICE_BYTES);
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
