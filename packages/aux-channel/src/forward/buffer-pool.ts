/** Size of one drain read, and of the blocks of the pool. Unit: bytes. */
const BLOCK_BYTES = 262_144;
/** Smaller copies use Node's own pool. Unit: bytes. */
const SMALLEST_BYTES = 16_384;
const MAX_BLOCKS = 8;

/** Copies bytes into reusable memory. New memory for each read costs more in page faults than the copying. */
export class BufferPool {
  readonly #free: ArrayBuffer[] = [];

  /** Returns a copy, which the caller owns until it calls {@link release}. */
  acquire(bytes: Uint8Array): Buffer {
    if (bytes.length < SMALLEST_BYTES || bytes.length > BLOCK_BYTES) return Buffer.from(bytes);
    const copy = Buffer.from(this.#free.pop() ?? new ArrayBuffer(BLOCK_BYTES), 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Returns a copy to the pool. Call it once the copy is no longer read. */
  release(copy: Buffer): void {
    const { buffer } = copy;
    if (buffer.byteLength !== BLOCK_BYTES || this.#free.length === MAX_BLOCKS) return;
    this.#free.push(buffer as ArrayBuffer);
  }
}
