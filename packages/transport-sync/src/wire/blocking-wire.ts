import { RsyncIoError, TransportStateError } from '@rsync-io/aux-channel';
import type { ChildEnding } from '../child-ending.js';
import { ConnectionSlot, hasExited, SLICE_MS, type Slots, Stdout } from '../slots.js';
import { checkedBytes } from './checked-bytes.js';
import { DiscardedOutput } from './discarded-output.js';
import { wirePlatform } from './platform.js';
import { Traffic } from './traffic.js';
import { WireEnds } from './wire-ends.js';

/** `checkAlive` throws if waiting is useless, `checkEnd` if the output may be incomplete. */
type WireOwner = Pick<ChildEnding, 'checkAlive' | 'checkEnd'>;

/**
 * The child's stdin and stdout. A blocking call waits in slices and checks in between whether the drain
 * thread is lost or a watchdog has ended the child.
 */
export class BlockingWire {
  readonly ends: WireEnds;
  readonly #platform = wirePlatform();
  readonly traffic: Traffic;
  readonly discarded = new DiscardedOutput({
    canRead: () => this.ends.stdout !== -1 && !this.#ended,
    waitReadable: (ms) => this.#platform.waitReadable(this.ends.stdout, ms),
    receive: (into) => this.#receive(into),
  });
  /** Set once, before the first read or write. */
  owner: WireOwner = { checkAlive: () => {}, checkEnd: () => {} };
  #ended = false;
  #left: number | null = null;
  /** Whether `wait()` has returned. */
  #finished = false;
  /** Why the wire was closed, unless the caller closed it. */
  #lost: Error | null = null;

  /** @throws an error with `code`, such as `EMFILE`; nothing is left open then */
  constructor(private readonly slots: Slots) {
    // Before the ends are opened: sendBufferBytes opens descriptors temporarily, and may throw.
    this.traffic = new Traffic(slots, this.#platform.sendBufferBytes);
    this.ends = new WireEnds();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the child has exited and nothing of its output is left to read. */
  get isExhausted(): boolean {
    return this.#ended || this.#leftAfterExit() === 0;
  }

  /** Waits for at least one byte; 0 is the end of the stream. */
  read(into: Uint8Array): number {
    if (checkedBytes(into) === 0) {
      const message = 'The buffer to read into is empty, and 0 would mean the end of the stream.';
      throw new RangeError(message);
    }
    for (;;) {
      const count = this.tryRead(into, SLICE_MS);
      if (count === 0) this.owner.checkEnd();
      if (count !== null) return count;
      this.owner.checkAlive();
    }
  }

  /** Waits up to `ms` for at least one byte. Returns 0 at the end of the stream, `null` on timeout. */
  tryRead(into: Uint8Array, ms: number): number | null {
    this.#requireReadable();
    if (this.#ended || this.#finished) return 0;
    const left = this.#leftAfterExit();
    // Another process may hold the child's stdout and write to it. That is not the child's output.
    if (left === 0) return this.#endStdout();
    if (!this.#platform.waitReadable(this.ends.stdout, ms)) return null;
    const count = this.#receive(left < into.length ? into.subarray(0, left) : into);
    if (count === 0) this.ends.close('stdout');
    return count;
  }

  /** Waits until at least one byte of `from` is accepted, and returns the number of accepted bytes. */
  write(from: Uint8Array): number {
    const length = checkedBytes(from);
    try {
      for (;;) {
        const count = this.tryWrite(from, SLICE_MS);
        if (count > 0 || length === 0) return count;
        Atomics.store(this.slots, ConnectionSlot.stuckInWrite, 1);
        this.owner.checkAlive();
      }
    } finally {
      Atomics.store(this.slots, ConnectionSlot.stuckInWrite, 0);
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
      if (count > 0) this.traffic.countSent(count);
      return count;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      this.owner.checkAlive();
      const message = 'The child no longer reads its stdin (EPIPE). Call wait() for its status.';
      throw new RsyncIoError('EPIPE', message, { cause: error });
    }
  }

  closeStdout(): void {
    Atomics.compareExchange(this.slots, ConnectionSlot.stdout, Stdout.open, Stdout.closed);
    this.ends.close('stdout');
    this.#ended = false;
  }

  /** Call it when the child has exited and the rest of its output will not be read. */
  finish(): void {
    const fd = this.ends.stdout;
    const ended = this.#ended;
    if (fd !== -1 && !ended) this.discarded.add(this.#platform.queuedBytes(fd));
    this.close();
    this.#ended = ended;
    // A reader that was closed before stays closed.
    this.#finished = fd !== -1 || ended;
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
    if (this.#finished) this.discarded.check();
    else if (!this.#ended && this.ends.stdout === -1) {
      throw new TransportStateError('Nothing can be read after the reading side was closed.');
    }
  }

  /** Number of bytes of the child's own output that are queued after its exit; unlimited while it runs. */
  #leftAfterExit(): number {
    const fd = this.ends.stdout;
    if (this.#left === null && fd !== -1 && hasExited(this.slots)) {
      this.#left = this.#platform.queuedBytes(fd);
    }
    return this.#left ?? Infinity;
  }

  /** Returns 0 at the end of the stream, `null` if nothing was queued after all. */
  #receive(into: Uint8Array): number | null {
    const count = this.#platform.read(this.ends.stdout, into);
    if (count === 0) return this.#endStdout();
    if (count === null) return null;
    if (this.#left !== null) this.#left -= count;
    this.traffic.countReceived(count);
    return count;
  }

  #endStdout(): 0 {
    this.#ended = true;
    Atomics.store(this.slots, ConnectionSlot.stdout, Stdout.ended);
    return 0;
  }
}
