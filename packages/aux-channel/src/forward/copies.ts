/**
 * Copies for streams, in memory that is used again: a fresh block of the size of a read costs more
 * in page faults than the copying itself. Shared by all channels of the thread.
 */

/** What a drain reads at once. Unit: bytes. */
const BLOCK_BYTES = 262_144;
/** Smaller ones come from Node's own pool. Unit: bytes. */
const LEAST_BYTES = 16_384;
const MOST_BLOCKS = 8;
const free: ArrayBuffer[] = [];

/** The caller owns the copy until {@link giveBack}. */
export function copyOf(bytes: Uint8Array): Buffer {
  if (bytes.length < LEAST_BYTES || bytes.length > BLOCK_BYTES) return Buffer.from(bytes);
  const copy = Buffer.from(free.pop() ?? new ArrayBuffer(BLOCK_BYTES), 0, bytes.length);
  copy.set(bytes);
  return copy;
}

/** To be called when nobody reads the copy any more. */
export function giveBack(copy: Buffer): void {
  const { buffer } = copy;
  if (buffer.byteLength !== BLOCK_BYTES || free.length === MOST_BLOCKS) return;
  free.push(buffer as ArrayBuffer);
}
