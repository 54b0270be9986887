import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { BufferPool } from './buffer-pool.js';
import { flushWithin } from './flush.js';
import type { ForwardSink } from './sink.js';
import { Waiters } from './waiters.js';

/** Shared by all sockets of the thread. */
const pool = new BufferPool();

/**
 * A Writable. Its failure ends the forwarding and nothing else; the stream stays the caller's: it is
 * never ended or destroyed here.
 */
export class StreamSink implements ForwardSink {
  readonly isTerminal: boolean;
  openLineOwner: object | null = null;
  readonly #stream: Writable;
  /** When a socket calls back, the kernel has the bytes. */
  readonly #isSocket: boolean;
  #failed = false;
  #behind = false;
  /** Bytes handed to the stream whose callback has not come. */
  #pending = 0;
  readonly #ready = new Waiters();
  readonly #progress = new Waiters();

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#isSocket = stream instanceof Socket;
    this.isTerminal = (stream as { isTTY?: boolean }).isTTY === true;
    stream.on('error', () => this.#fail());
    stream.on('close', () => this.#fail());
    stream.on('drain', () => {
      this.#behind = false;
      this.#ready.release();
    });
  }

  get usable(): boolean {
    return !this.#failed && this.#stream.writable;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.#pending += bytes.length;
    try {
      // A copy: the stream may keep it, and the drain reuses its buffer.
      const copy = this.#isSocket ? pool.acquire(bytes) : Buffer.from(bytes);
      const accepted = this.#stream.write(copy, () => {
        this.#pending -= copy.length;
        // Other streams may pass a chunk on and keep it: a PassThrough does.
        if (this.#isSocket) pool.release(copy);
        this.#progress.release();
      });
      if (!accepted) this.#behind = this.#stream.writableNeedDrain;
    } catch {
      this.#fail();
    }
    return !this.#behind;
  }

  onceReady(callback: () => void): void {
    if (this.#behind && this.usable) this.#ready.add(callback);
    else callback();
  }

  flushed(): Promise<void> {
    return flushWithin(
      () => (this.usable ? this.#pending : 0),
      (callback) => this.#progress.add(callback),
    );
  }

  #fail(): void {
    this.#failed = true;
    this.#behind = false;
    this.#ready.release();
    this.#progress.release();
  }
}
