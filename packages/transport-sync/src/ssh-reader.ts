import type { BlockingWire } from './wire/blocking-wire.js';

/** The child's stdout. */
export class SshReader {
  readonly #wire: BlockingWire;

  /** @internal */
  constructor(wire: BlockingWire) {
    this.#wire = wire;
  }

  /**
   * Blocks until output is available, and reads as much of it as fits into the buffer. The stream ends
   * when the child has closed its stdout, or has exited and all of its output has been read. A process
   * that inherited the child's stdout does not delay the end.
   * @returns the number of bytes; 0 at the end of the stream
   * @throws RangeError | TypeError for an empty or a detached buffer
   * @throws TransportStateError after {@link close} and disposal
   * @throws RsyncIoError with code `ERR_OUTPUT_DISCARDED` after a `wait()` that discarded output
   * @throws RsyncIoError with code `ERR_KILLED`, `ERR_WAIT_TIMEOUT` or `ERR_DISPOSED` at the end of the
   *   stream if this process ended the child, because the output may be incomplete
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  read(into: Uint8Array): number {
    return this.#wire.read(into);
  }

  /** Closes the reading end. Later writes of the child fail with EPIPE. Idempotent. */
  close(): void {
    this.#wire.closeStdout();
  }
}
