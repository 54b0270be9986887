import { STDERR_BUFFER_CAP } from '../trait/trait.js';

/** Initial size: enough for a short message, so that quiet connections use little memory. Unit: bytes. */
const FIRST_ALLOCATION = 128;

/** A window over the newest bytes of a stream, in a ring buffer that grows on demand up to `capacity`. */
export class TailBuffer {
  readonly capacity: number;
  #ring = new Uint8Array(0);
  #next = 0;
  #length = 0;
  #total = 0;

  /** @param capacity number of bytes to keep; a positive integer */
  constructor(capacity: number = STDERR_BUFFER_CAP) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new RangeError(`The capacity of a TailBuffer is a positive integer, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get totalBytes(): number {
    return this.#total;
  }

  get discardedBytes(): number {
    return this.#total - this.#length;
  }

  /** Copies the part of `chunk` that fits. The caller may reuse the memory. */
  append(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const newest = chunk.subarray(-this.capacity);
    this.#grow(this.#length + newest.length);
    const room = this.#ring.length - this.#next;
    this.#ring.set(newest.subarray(0, room), this.#next);
    this.#ring.set(newest.subarray(room));
    this.#next = (this.#next + newest.length) % this.#ring.length;
    this.#length = Math.min(this.#length + newest.length, this.#ring.length);
  }

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
