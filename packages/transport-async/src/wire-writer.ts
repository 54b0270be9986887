import type { Writable } from 'node:stream';

/** Node's pipe to a child is a socket, whose handle counts the bytes that the kernel accepts. */
interface CountedStream {
  readonly bytesWritten?: number;
  readonly _handle?: { readonly bytesWritten?: number; readonly writeQueueSize?: number } | null;
}

/** A value for a call of `end()` without data. */
const noData = () => {};

/** The sending half of the wire: the child's stdin, which the user of {@link stdin} writes and ends. */
export class WireWriter {
  /** Time at which more sent bytes were last noticed. Unit: milliseconds since the epoch. */
  sentAt = Date.now();
  #bytesSent = 0;
  #isClosed = false;
  /** Whether the caller wrote after {@link endWhenIdle} ended stdin, so that bytes were lost. */
  wasWrittenTooLate = false;

  constructor(readonly stdin: Writable) {
    // The callbacks of the writes report EPIPE after the child's exit, and the exit status shows the reason.
    stdin.on('error', () => {});
    // Node destroys stdin at the exit of the child, and afterwards counts pending bytes as written.
    const { _destroy } = stdin;
    stdin._destroy = (...args) => {
      this.#count();
      this.#isClosed = true;
      _destroy.apply(stdin, args);
    };
  }

  /** Number of bytes that the kernel has accepted; after a failed write, those known before it. */
  get bytesSent(): number {
    this.#count();
    return this.#bytesSent;
  }

  #count(): void {
    // Node counts the bytes of a failed write as written.
    if (this.stdin.errored !== null || this.#isClosed) return;
    const { _handle, bytesWritten = 0 } = this.stdin as CountedStream;
    const sent =
      _handle?.bytesWritten === undefined
        ? bytesWritten - this.stdin.writableLength
        : _handle.bytesWritten - (_handle.writeQueueSize ?? 0);
    if (sent > this.#bytesSent) {
      this.#bytesSent = sent;
      this.sentAt = Date.now();
    }
  }

  /**
   * Ends stdin, unless the caller is still writing: a stream is piped into it, a listener waits for
   * `drain`, or the caller writes after this call. Then the caller must end it.
   */
  endWhenIdle(): void {
    const { stdin } = this;
    const written = () => (stdin as CountedStream).bytesWritten ?? 0;
    const before = written();
    const look = () => {
      if (stdin.writableEnded || stdin.destroyed || written() !== before) return;
      if (stdin.listenerCount('unpipe') > 0) {
        stdin.once('unpipe', () => setImmediate(look));
      } else if (stdin.writableLength > 0) {
        // Runs after the callbacks of all earlier writes, because these may write again.
        stdin.write(new Uint8Array(0), () => setImmediate(look));
      } else if (stdin.listenerCount('drain') === 0) {
        stdin.end();
        this.#watchForLateWrites();
      }
    };
    setImmediate(look);
  }

  /** An ended stream reports a later write only to the callback of that write. */
  #watchForLateWrites(): void {
    const { stdin } = this;
    const { write, end } = stdin;
    const watched = (call: (...args: never[]) => unknown) =>
      ((...args: never[]) => {
        if (typeof (args[0] ?? noData) !== 'function') this.wasWrittenTooLate = true;
        return call.apply(stdin, args);
      }) as never;
    stdin.write = watched(write);
    stdin.end = watched(end);
  }
}
