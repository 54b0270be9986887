import type { BlockingWire } from './wire/blocking-wire.js';

/** The child's stdin. */
export class SshWriter {
  readonly #wire: BlockingWire;

  /** @internal */
  constructor(wire: BlockingWire) {
    this.#wire = wire;
  }

  /**
   * Blocks until the child's stdin accepts at least one byte.
   * @returns the number of bytes accepted; 0 for an empty buffer only
   * @throws TypeError for a detached buffer
   * @throws TransportStateError after {@link close}, `wait()` and disposal
   * @throws RsyncIoError with code `EPIPE` when the child no longer reads
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  write(from: Uint8Array): number {
    return this.#wire.write(from);
  }

  /** Like {@link write}, but blocks until all of `from` has been accepted. */
  writeAll(from: Uint8Array): void {
    let written = this.#wire.write(from);
    while (written < from.length) written += this.#wire.write(from.subarray(written));
  }

  /** Closes the writing end, so that the child reads end of file. Idempotent. */
  close(): void {
    this.#wire.ends.close('stdin');
  }
}
