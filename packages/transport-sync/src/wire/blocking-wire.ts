import { RsyncIoError, TransportStateError } from '@rsync-io/aux-channel';
import { ConnectionSlot, hasExited, type Slots, Stdout } from '../slots.js';
import { checkedBytes } from './checked-bytes.js';
import { wirePlatform } from './platform.js';
import { WireEnds } from './wire-ends.js';

/** The longest time that one system call waits before the wire checks on its child. Unit: milliseconds. */
export const SLICE_MS = 200;

/** Throws if waiting has become pointless. */
type LivenessCheck = () => void;

/** The owner of the child at the other end of a wire. */
export interface WireOwner {
  /** Called between the slices of a wait. */
  readonly checkAlive: LivenessCheck;
  /**
   * Called at the end of the stream. Throws if this process ended the child, because the output may be
   * incomplete.
   */
  readonly checkEnd: () => void;
}

const DISCARD_BYTES = 65_536;
const DISCARDS_AT_ONCE = 64;
/** While output arrives: how long to wait for more before checking for the exit. Unit: milliseconds. */
const FLOWING_MS = 10;
/** While none arrives: how long to wait for the exit before checking for output. Unit: milliseconds. */
const QUIET_MS = 50;
let scrap: Uint8Array | undefined;

/**
 * The child's stdin and stdout as two channels of the system (Unix: socket pairs, as libuv makes
 * them for every child; Windows: anonymous pipes), read and written by blocking calls of this
 * thread, in slices, so that it notices a dead drain thread or a watchdog.
 */
export class BlockingWire {
  readonly ends = new WireEnds();
  readonly #platform = wirePlatform();
  readonly #slots: Slots;
  #owner: WireOwner = { checkAlive: () => {}, checkEnd: () => {} };
  #ended = false;
  /** Number of bytes of the child's output that are left to read; `null` while it runs. */
  #left: number | null = null;
  #received = 0;
  #sent = 0;
  #lastActivityAt = Date.now();
  /** Number of bytes that `wait()` discarded. */
  #discarded = 0;
  /** Whether `wait()` has returned. */
  #finished = false;
  /** Why the wire was closed, unless the caller closed it. */
  #lost: Error | null = null;
  #flowing = false;

  /**
   * @param slots counts the bytes for the watchdogs in the drain thread
   * @throws an error with `code`, such as `EMFILE`; nothing is left open then
   */
  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Set once, before the first read or write. */
  set owner(owner: WireOwner) {
    this.#owner = owner;
  }

  /** `lastActivityAt` is in milliseconds since the epoch: the start, or the last byte that moved. */
  get progress(): { bytesReceived: number; bytesSent: number; lastActivityAt: number } {
    const { bytesReceived, bytesSent } = { bytesReceived: this.#received, bytesSent: this.#sent };
    return { bytesReceived, bytesSent, lastActivityAt: this.#lastActivityAt };
  }

  /** Whether stdout was read to the end. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the child has exited and nothing of its output is left to read. */
  get isExhausted(): boolean {
    return this.#ended || this.#leftAfterExit(this.ends.stdout) === 0;
  }

  /** Waits for at least one byte; 0 is the end of the stream. */
  read(into: Uint8Array): number {
    if (checkedBytes(into) === 0) {
      throw new RangeError(
        'The buffer to read into is empty, and 0 would mean the end of the stream.',
      );
    }
    for (;;) {
      const count = this.tryRead(into, SLICE_MS);
      if (count === 0) this.#owner.checkEnd();
      if (count !== null) return count;
      this.#owner.checkAlive();
    }
  }

  /** Waits up to `ms` for at least one byte. Returns 0 at the end of the stream, `null` on timeout. */
  tryRead(into: Uint8Array, ms: number): number | null {
    this.#requireReadable();
    if (this.#ended || this.#finished) return 0;
    const fd = this.ends.stdout;
    const left = this.#leftAfterExit(fd);
    // Another process may hold the child's stdout, and even write: that is not the child's output.
    if (left === 0) return this.#endStdout();
    if (!this.#platform.waitReadable(fd, ms)) return null;
    const count = this.#receive(fd, left < into.length ? into.subarray(0, left) : into);
    if (count !== 0) return count;
    this.#endStdout();
    this.ends.closeStdout();
    return 0;
  }

  /** Waits until at least one byte of `from` is accepted, and returns the number of accepted bytes. */
  write(from: Uint8Array): number {
    const length = checkedBytes(from);
    for (;;) {
      const count = this.tryWrite(from, SLICE_MS);
      if (count > 0 || length === 0) return count;
      this.#owner.checkAlive();
    }
  }

  /** Waits up to `ms` for room, and returns the number of accepted bytes. */
  tryWrite(from: Uint8Array, ms: number): number {
    if (this.#lost !== null) throw this.#lost;
    const fd = this.ends.stdin;
    if (fd === -1) throw new TransportStateError('Nothing can be written after closeStdin().');
    if (from.length === 0) return 0;
    try {
      const count = this.#platform.write(fd, from, ms);
      if (count > 0) this.#countSent(count);
      return count;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      this.#owner.checkAlive();
      const message = 'The child no longer reads its stdin (EPIPE). Call wait() for its status.';
      throw new RsyncIoError('EPIPE', message, { cause: error });
    }
  }

  /** To be called between the slices of a wait outside this class. */
  checkAlive(): void {
    this.#owner.checkAlive();
  }

  /** Idempotent. */
  closeStdin(): void {
    this.ends.closeStdin();
  }

  /** Idempotent. */
  closeStdout(): void {
    Atomics.compareExchange(this.#slots, ConnectionSlot.stdout, Stdout.open, Stdout.closed);
    this.ends.closeStdout();
    this.#ended = false;
  }

  /**
   * Discards output, so that a full buffer does not keep the child from exiting.
   * @returns how long the caller may wait for another event. Unit: milliseconds
   */
  discard(): number {
    for (let i = 0; i < DISCARDS_AT_ONCE; i++) {
      const fd = this.ends.stdout;
      if (fd === -1 || this.#ended) return SLICE_MS;
      if (!this.#platform.waitReadable(fd, i === 0 && this.#flowing ? FLOWING_MS : 0)) {
        this.#flowing = this.#flowing && i > 0;
        return this.#flowing ? 0 : QUIET_MS;
      }
      this.#flowing = true;
      const count = this.#receive(fd, (scrap ??= new Uint8Array(DISCARD_BYTES)));
      if (count === 0) this.#endStdout();
      this.#discarded += count ?? 0;
    }
    return 0;
  }

  /** To be called when the child has exited and nobody will read the rest of its output. */
  finish(): void {
    const fd = this.ends.stdout;
    if (fd !== -1 && !this.#ended) this.#discarded += this.#platform.queuedBytes(fd);
    // A reader that was closed before stays closed.
    const wasReadable = fd !== -1 || this.#ended;
    const ended = this.#ended;
    this.close();
    this.#ended = ended;
    this.#finished = wasReadable;
  }

  /** Closes what is open. Idempotent. @param lost thrown by later calls */
  close(lost: Error | null = null): void {
    this.#lost ??= lost;
    this.#finished = false;
    this.closeStdout();
    this.ends.close();
  }

  #requireReadable(): void {
    if (this.#lost !== null) throw this.#lost;
    if (this.#finished && this.#discarded > 0) {
      const message =
        `wait() discarded ${this.#discarded} bytes of output that had not been read. ` +
        'Read to the end of the stream before wait().';
      throw new RsyncIoError('ERR_OUTPUT_DISCARDED', message);
    }
    if (!this.#finished && !this.#ended && this.ends.stdout === -1) {
      throw new TransportStateError('Nothing can be read after the reading side was closed.');
    }
  }

  /** Number of bytes of the child's own output that are queued after its exit; unlimited while it runs. */
  #leftAfterExit(fd: number): number {
    if (this.#left === null && fd !== -1 && hasExited(this.#slots)) {
      this.#left = this.#platform.queuedBytes(fd);
    }
    return this.#left ?? Infinity;
  }

  /** `null`: nothing was queued after all. */
  #receive(fd: number, into: Uint8Array): number | null {
    const count = this.#platform.read(fd, into);
    if (count === null || count === 0) return count;
    if (this.#left !== null) this.#left -= count;
    this.#received += count;
    this.#count(ConnectionSlot.received, count);
    return count;
  }

  #endStdout(): 0 {
    this.#ended = true;
    Atomics.store(this.#slots, ConnectionSlot.stdout, Stdout.ended);
    return 0;
  }

  #countSent(bytes: number): void {
    this.#sent += bytes;
    this.#count(ConnectionSlot.sent, bytes);
    if (this.#sent > this.#platform.sendBufferBytes) {
      Atomics.store(this.#slots, ConnectionSlot.sendingWorks, 1);
    }
  }

  #count(slot: number, bytes: number): void {
    this.#lastActivityAt = Date.now();
    const before = Atomics.add(this.#slots, slot, bytes);
    // 0 means that nothing has moved yet.
    if (((before + bytes) | 0) === 0) Atomics.add(this.#slots, slot, 1);
  }
}
