/** Larger buffers are not kept. Unit: bytes. */
const LARGEST_KEPT = 4_194_304;

/** Reusable memory for short-lived results. New memory for each would cost more than the filtering itself. */
export class Scratch {
  #buffer = Buffer.alloc(0);

  take(size: number): Buffer {
    return this.grow(this.#buffer, 0, size);
  }

  /** Returns `buffer` if it has `size` bytes, otherwise a larger one with the same first `used` bytes. */
  grow(buffer: Buffer, used: number, size: number): Buffer {
    if (buffer.length >= size) return buffer;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * buffer.length));
    buffer.copy(larger, 0, 0, used);
    if (larger.length <= LARGEST_KEPT) this.#buffer = larger;
    return larger;
  }
}
