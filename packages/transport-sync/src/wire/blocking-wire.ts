import { closeSync } from 'node:fs';
import { RsyncIoError, TransportStateError } from '@rsync-io/aux-channel';
import { ConnectionSlot, type Slots } from '../slots.js';
import { checkedBytes } from './checked-bytes.js';
import { wirePlatform } from './platform.js';

/** The longest that one system call waits before {@link Vigil} is asked. Unit: milliseconds. */
export const SLICE_MS = 200;

/** Asked between the slices of a wait; throws when there is nothing left to wait for. */
export type Vigil = () => void;

const DISCARD_BYTES = 65_536;
const DISCARDS_AT_ONCE = 64;
/** While output flows, how long to wait for more of it before looking for the exit. Unit: ms. */
const FLOWING_MS = 10;
/** While it does not: how long to wait for the exit before looking for output. Unit: ms. */
const QUIET_MS = 50;
let discarded: Uint8Array | undefined;

/**
 * The child's stdin and stdout as two channels of the system (Unix: socket pairs, as libuv makes
 * them for every child; Windows: anonymous pipes), read and written by blocking calls of this
 * thread, sliced so that a dead drain thread or a watchdog is noticed. Owns all four descriptors.
 */
export class BlockingWire {
  readonly #platform = wirePlatform();
  readonly #slots: Slots;
  /** The child's ends, until the child has them. */
  #childEnds: readonly [stdin: number, stdout: number] | null;
  #stdin: number | null;
  #stdout: number | null;
  #ended = false;
  /** By `wait()`: what was left unread is gone, as announced, so that is an end and no mistake. */
  #finished = false;
  /** Why a closed wire is closed, when it was not the caller who closed it. */
  #lost: Error | null = null;
  #flowing = false;

  /**
   * @param slots counts what moves, for the watchdogs in the drain thread
   * @throws an error with `code`, such as `EMFILE`; nothing is left open then
   */
  constructor(slots: Slots) {
    this.#slots = slots;
    const input = this.#platform.pair();
    let output: { read: number; write: number };
    try {
      output = this.#platform.pair();
    } catch (error) {
      closeSync(input.read);
      closeSync(input.write);
      throw error;
    }
    this.#childEnds = [input.read, output.write];
    this.#stdin = input.write;
    this.#stdout = output.read;
    this.#platform.prepareWriting(input.write);
  }

  /** Become the child's fd 0 and 1. */
  get childEnds(): readonly [stdin: number, stdout: number] {
    if (this.#childEnds === null) throw new TransportStateError('The child has its ends already.');
    return this.#childEnds;
  }

  /** The descriptor that {@link read} reads, as long as the wire is open. */
  get stdoutFd(): number {
    return this.#stdout ?? -1;
  }

  /** The descriptor that {@link write} writes; -1 after {@link closeStdin}. */
  get stdinFd(): number {
    return this.#stdin ?? -1;
  }

  /** To be called right after the spawn: the end of the stream is seen only without our copies. */
  closeChildEnds(): void {
    for (const fd of this.#childEnds ?? []) closeSync(fd);
    this.#childEnds = null;
  }

  /** Waits for at least one byte; 0 is the end of the stream. */
  read(into: Uint8Array, vigil: Vigil): number {
    if (checkedBytes(into) === 0) {
      throw new RangeError(
        'The buffer to read into is empty, and 0 would mean the end of the stream.',
      );
    }
    for (;;) {
      if (this.#lost !== null) throw this.#lost;
      if (this.#finished) return 0;
      const fd = this.#stdout;
      if (fd === null) {
        throw new TransportStateError('Nothing can be read after the reading side was closed.');
      }
      if (this.#platform.waitReadable(fd, SLICE_MS)) {
        const count = this.#readNow(fd, into);
        if (count === 0) vigil();
        if (count !== null) return count;
      }
      vigil();
    }
  }

  /** Waits until at least one byte of `from` is taken, and returns how many were. */
  write(from: Uint8Array, vigil: Vigil): number {
    const length = checkedBytes(from);
    for (;;) {
      const count = this.tryWrite(from, vigil, SLICE_MS);
      if (count > 0 || length === 0) return count;
      vigil();
    }
  }

  /** Waits for room up to `ms`, and returns how many bytes were taken: 0 when none. */
  tryWrite(from: Uint8Array, vigil: Vigil, ms: number): number {
    if (this.#lost !== null) throw this.#lost;
    const fd = this.#stdin;
    if (fd === null) throw new TransportStateError('Nothing can be written after closeStdin().');
    if (from.length === 0) return 0;
    try {
      const count = this.#platform.write(fd, from, ms);
      if (count > 0) this.#count(ConnectionSlot.sent, count);
      return count;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      vigil();
      const message = 'The child reads no more (EPIPE). Call wait(): its status tells why.';
      throw new RsyncIoError('EPIPE', message, { cause: error });
    }
  }

  /** Idempotent. */
  closeStdin(): void {
    if (this.#stdin !== null) closeSync(this.#stdin);
    this.#stdin = null;
  }

  /** Idempotent. */
  closeStdout(): void {
    if (this.#stdout !== null) closeSync(this.#stdout);
    this.#stdout = null;
  }

  /**
   * From now on nobody reads: throws output away so that it does not keep the child from exiting.
   * @returns for how long the caller may wait for something else. Unit: milliseconds
   */
  discard(): number {
    for (let i = 0; i < DISCARDS_AT_ONCE; i++) {
      const fd = this.#stdout;
      if (fd === null || this.#ended) return SLICE_MS;
      if (!this.#platform.waitReadable(fd, i === 0 && this.#flowing ? FLOWING_MS : 0)) {
        this.#flowing = this.#flowing && i > 0;
        return this.#flowing ? 0 : QUIET_MS;
      }
      this.#flowing = true;
      this.#readNow(fd, (discarded ??= new Uint8Array(DISCARD_BYTES)));
    }
    return 0;
  }

  /** The child has ended, and nobody asked for the rest of its output. */
  finish(): void {
    this.close();
    this.#finished = true;
  }

  /** Closes what is open. Idempotent. @param lost thrown by later calls */
  close(lost: Error | null = null): void {
    this.#lost ??= lost;
    this.closeChildEnds();
    this.closeStdin();
    this.closeStdout();
    this.#finished = false;
  }

  /** `null`: there was nothing after all. */
  #readNow(fd: number, into: Uint8Array): number | null {
    const count = this.#platform.read(fd, into);
    if (count === null) return null;
    if (count === 0) this.#ended = true;
    else this.#count(ConnectionSlot.received, count);
    return count;
  }

  #count(slot: number, bytes: number): void {
    const before = Atomics.add(this.#slots, slot, bytes);
    // 0 means "nothing yet".
    if (((before + bytes) | 0) === 0) Atomics.add(this.#slots, slot, 1);
  }
}
