/**
 * The memory that the two sides of the thread border share, word by word. Everything larger goes as
 * a message, which the blocked side takes with `receiveMessageOnPort`.
 */

/** One block per drain thread, of Int32. */
export const ThreadSlot = {
  /** One of {@link ThreadState}. */
  state: 0,
  /** Counts the pings that the thread has answered: proof that its event loop turns. */
  beats: 1,
  /** Counts messages posted by the thread. Whoever waits for one waits on this word. */
  replies: 2,
} as const;
const THREAD_SLOTS = 3;

export const ThreadState = { starting: 0, running: 1, dead: 2 } as const;

/** One block per connection, of Int32. */
export const ConnectionSlot = {
  /** One of {@link Exited}. Stored last, and notified, when the child has been reaped. */
  exited: 0,
  /** The exit code, or the number of the signal. */
  exitValue: 1,
  /** One of {@link Failure}: why the thread killed the child. Stored before the signal is sent. */
  failure: 2,
  /** Bytes read from the child, modulo 2^32; 0 only before the first one. */
  received: 3,
  /** Bytes that the child's stdin took, modulo 2^32. */
  sent: 4,
  /** Lines that wait to be published by the main thread have come: counts them, modulo 2^32. */
  linesToPublish: 5,
} as const;
const CONNECTION_SLOTS = 6;

export const Exited = { no: 0, withCode: 1, bySignal: 2 } as const;
export const Failure = { none: 0, connectTimeout: 1, ioTimeout: 2 } as const;

export type Slots = Int32Array<SharedArrayBuffer>;

export const threadSlots = (): Slots => shared(THREAD_SLOTS);
export const connectionSlots = (): Slots => shared(CONNECTION_SLOTS);

function shared(count: number): Slots {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}
