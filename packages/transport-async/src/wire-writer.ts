import type { Writable } from 'node:stream';

/** Node's pipe to a child is a socket, whose handle counts what the kernel accepts. */
interface CountedStream {
  readonly bytesWritten?: number;
  readonly _handle?: { readonly bytesWritten?: number; readonly writeQueueSize?: number } | null;
}

/** Stands in for the data that `end()` may leave out. */
const noData = () => {};

/** The sending half of the wire: the child's stdin, which {@link stdin}'s user writes and ends. */
export class WireWriter {
  readonly stdin: Writable;
  /** When more bytes were last found to have been sent. Unit: milliseconds since the epoch. */
  sentAt = Date.now();
  #bytesSent = 0;
  #writtenTooLate = false;

  constructor(stdin: Writable) {
    this.stdin = stdin;
    // EPIPE, when the child is gone: the writer's callbacks have it, and the exit status tells why.
    stdin.on('error', () => {});
  }

  /** Bytes that the kernel has accepted. */
  get bytesSent(): number {
    const { _handle, bytesWritten = 0 } = this.stdin as CountedStream;
    const sent =
      _handle?.bytesWritten === undefined
        ? bytesWritten - this.stdin.writableLength
        : _handle.bytesWritten - (_handle.writeQueueSize ?? 0);
    if (sent > this.#bytesSent) {
      this.#bytesSent = sent;
      this.sentAt = Date.now();
    }
    return this.#bytesSent;
  }

  /** Whether the caller wrote after {@link endWhenIdle} had ended stdin, so that bytes were lost. */
  get wasWrittenTooLate(): boolean {
    return this.#writtenTooLate;
  }

  /**
   * Ends stdin, unless the caller is writing to it: pipes into it, waits for `drain`, or writes after
   * this call. Then the end is the caller's, too.
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
        // Called after the callbacks of all earlier writes, which may write again.
        stdin.write(new Uint8Array(0), () => setImmediate(look));
      } else if (stdin.listenerCount('drain') === 0) {
        stdin.end();
        this.#watchForLateWrites();
      }
    };
    setImmediate(look);
  }

  /** An ended stream reports a later write to its callback only. */
  #watchForLateWrites(): void {
    const { stdin } = this;
    const { write, end } = stdin;
    const watched = (call: (...args: never[]) => unknown) =>
      ((...args: never[]) => {
        if (typeof (args[0] ?? noData) !== 'function') this.#writtenTooLate = true;
        return call.apply(stdin, args);
      }) as never;
    stdin.write = watched(write);
    stdin.end = watched(end);
  }
}
