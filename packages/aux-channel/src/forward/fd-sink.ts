import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { flushWithin } from './flush.js';
import type { ForwardSink } from './sink.js';
import { Waiters } from './waiters.js';

const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 20;

/** Asks the system whether a write would wait, for threads that must not. */
export interface WritableProbe {
  /** What a descriptor that is writable takes without waiting: PIPE_BUF. Unit: bytes. */
  readonly bytes: number;
  isWritable(fd: number): boolean;
}

/**
 * A descriptor written with `fs.writeSync`: immediate, and without touching `process.stderr`, whose
 * first use sets O_NONBLOCK on a description that other processes share. Should somebody else have
 * set O_NONBLOCK (ssh does on the fds it inherits), EAGAIN is waited out by a timer: no byte is
 * lost and no core spins.
 */
export class FdSink implements ForwardSink {
  readonly isTerminal: boolean;
  openLineOwner: object | null = null;
  usable = true;
  readonly #fd: number;
  readonly #probe: WritableProbe | null;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #retryMs = FIRST_RETRY_MS;
  readonly #waiting = new Waiters();

  /**
   * @param fd stays owned by the caller
   * @param probe asked before each write; without one, a write to a full blocking descriptor waits
   */
  constructor(fd: number, probe: WritableProbe | null = null) {
    this.#fd = fd;
    this.#probe = probe;
    this.isTerminal = isatty(fd);
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    const written = this.#pendingBytes === 0 ? this.#writeNow(bytes) : 0;
    if (written === bytes.length || !this.usable) return true;
    const rest = Buffer.from(bytes.subarray(written));
    if (this.#pendingBytes === 0) this.#retryLater();
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    return false;
  }

  onceReady(callback: () => void): void {
    if (this.#pendingBytes === 0) callback();
    else this.#waiting.add(callback);
  }

  flushed(): Promise<void> {
    return flushWithin(
      () => this.#pendingBytes,
      (callback) => this.#waiting.add(callback),
    );
  }

  /** Returns how many bytes went out before the descriptor would have blocked. */
  #writeNow(bytes: Uint8Array): number {
    let written = 0;
    const most = this.#probe?.bytes ?? Infinity;
    while (written < bytes.length) {
      if (this.#probe?.isWritable(this.#fd) === false) return written;
      try {
        written += writeSync(this.#fd, bytes, written, Math.min(most, bytes.length - written));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EINTR') continue;
        if (code === 'EAGAIN') return written;
        this.#fail();
        return bytes.length;
      }
    }
    return written;
  }

  #retryLater(): void {
    // Holds the process open on purpose: what was accepted is written before a natural end.
    setTimeout(() => this.#retry(), this.#retryMs);
  }

  #retry(): void {
    const before = this.#pendingBytes;
    while (this.#pendingBytes > 0) {
      const first = this.#pending[0] as Buffer;
      const written = this.#writeNow(first);
      if (!this.usable) return;
      this.#pendingBytes -= written;
      if (written < first.length) {
        this.#pending[0] = first.subarray(written);
        break;
      }
      this.#pending.shift();
    }
    const progressed = this.#pendingBytes < before;
    this.#retryMs = progressed ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    if (this.#pendingBytes > 0) this.#retryLater();
    if (progressed) this.#waiting.release();
  }

  #fail(): void {
    this.usable = false;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#waiting.release();
  }
}
