import type { BlockingWire, Vigil } from './wire/blocking-wire.js';

/** The child's stdout. */
export class SshReader {
  readonly #wire: BlockingWire;
  readonly #vigil: () => Vigil;

  /** @internal */
  constructor(wire: BlockingWire, vigil: () => Vigil) {
    this.#wire = wire;
    this.#vigil = vigil;
  }

  /**
   * Waits for output and reads as much as is there and fits.
   * @returns the count of bytes; 0 at the end of the stream, and after `wait()`
   * @throws RangeError | TypeError for an empty or a detached buffer
   * @throws TransportStateError after {@link close} and disposal
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  read(into: Uint8Array): number {
    return this.#wire.read(into, this.#vigil());
  }

  /** A child that writes more gets EPIPE. Idempotent. */
  close(): void {
    this.#wire.closeStdout();
  }
}
