/** More than this is not kept. Unit: bytes. */
const LARGEST_KEPT = 4_194_304;

/**
 * Memory for results that are used before the next one is made. Fresh memory for every result would cost
 * more in page faults than the filtering.
 */
export class Scratch {
  #buffer = Buffer.alloc(0);

  /** A buffer of at least `size` bytes. Its contents belong to the caller until the next call. */
  take(size: number): Buffer {
    return this.grow(this.#buffer, 0, size);
  }

  /** `buffer` if it has `size` bytes, else a larger one with the same first `used` bytes. */
  grow(buffer: Buffer, used: number, size: number): Buffer {
    if (buffer.length >= size) return buffer;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * buffer.length));
    buffer.copy(larger, 0, 0, used);
    if (larger.length <= LARGEST_KEPT) this.#buffer = larger;
    return larger;
  }
}
