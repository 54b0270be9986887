import type { BlockingWire, Vigil } from './wire/blocking-wire.js';

/** The child's stdin. */
export class SshWriter {
  readonly #wire: BlockingWire;
  readonly #vigil: () => Vigil;

  /** @internal */
  constructor(wire: BlockingWire, vigil: () => Vigil) {
    this.#wire = wire;
    this.#vigil = vigil;
  }

  /**
   * Waits until the child's stdin takes at least one byte.
   * @returns how many bytes were taken; 0 for an empty buffer only
   * @throws TypeError for a detached buffer
   * @throws TransportStateError after {@link close}, `wait()` and disposal
   * @throws RsyncIoError with code `EPIPE` when the child reads no more
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  write(from: Uint8Array): number {
    return this.#wire.write(from, this.#vigil());
  }

  /** As {@link write}, until all of `from` is taken. */
  writeAll(from: Uint8Array): void {
    const vigil = this.#vigil();
    let written = this.#wire.write(from, vigil);
    while (written < from.length) written += this.#wire.write(from.subarray(written), vigil);
  }

  /** The child reads an end of file. Idempotent. */
  close(): void {
    this.#wire.closeStdin();
  }
}
