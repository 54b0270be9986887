import { STDERR_BUFFER_CAP } from '../trait/trait.js';

/** Bytes: what a banner or a short message needs, so that a thousand quiet connections cost little. */
const FIRST_ALLOCATION = 128;

/**
 * A sliding window over the newest bytes of a stream.
 *
 * A ring: an append costs one copy of at most `capacity` bytes, whatever the window holds. Memory
 * is allocated as it is needed and doubles up to `capacity`, so that the many children that write
 * little or nothing cost little or nothing.
 */
export class TailBuffer {
  readonly capacity: number;
  #ring = new Uint8Array(0);
  /** Index in the ring where the next byte goes. */
  #next = 0;
  #length = 0;
  #total = 0;

  /** @param capacity bytes kept; a positive integer */
  constructor(capacity: number = STDERR_BUFFER_CAP) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new RangeError(`The capacity of a TailBuffer is a positive integer, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  /** Bytes in the window. */
  get length(): number {
    return this.#length;
  }

  /** Bytes ever appended. */
  get totalBytes(): number {
    return this.#total;
  }

  /** Bytes that slid out of the window. */
  get discardedBytes(): number {
    return this.#total - this.#length;
  }

  /** Copies what it keeps of `chunk`; the caller may reuse it. */
  append(chunk: Uint8Array): void {
    this.#total += chunk.length;
    if (chunk.length >= this.capacity) {
      if (this.#ring.length < this.capacity) this.#ring = new Uint8Array(this.capacity);
      this.#ring.set(chunk.subarray(chunk.length - this.capacity));
      this.#next = 0;
      this.#length = this.capacity;
      return;
    }
    this.#grow(this.#length + chunk.length);
    const room = this.#ring.length - this.#next;
    if (chunk.length <= room) {
      this.#ring.set(chunk, this.#next);
    } else {
      this.#ring.set(chunk.subarray(0, room), this.#next);
      this.#ring.set(chunk.subarray(room));
    }
    this.#next = (this.#next + chunk.length) % this.#ring.length;
    this.#length = Math.min(this.#length + chunk.length, this.#ring.length);
  }

  /** A copy of the window, oldest byte first. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    const start = this.#next - this.#length;
    if (start >= 0) {
      bytes.set(this.#ring.subarray(start, this.#next));
    } else {
      bytes.set(this.#ring.subarray(this.#ring.length + start));
      bytes.set(this.#ring.subarray(0, this.#next), -start);
    }
    return bytes;
  }

  #grow(needed: number): void {
    const size = this.#ring.length;
    if (needed <= size || size === this.capacity) return;
    const doubled = Math.max(FIRST_ALLOCATION, 2 ** Math.ceil(Math.log2(needed)));
    const grown = new Uint8Array(Math.min(this.capacity, doubled));
    grown.set(this.toBytes());
    this.#ring = grown;
    this.#next = this.#length % grown.length;
  }
}
