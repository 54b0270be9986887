import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { BufferPool } from './buffer-pool.js';
import { Progress } from './progress.js';
import type { ForwardSink, OpenLineOwner } from './sink.js';
import { StallWatch } from './stall-watch.js';
import { Waiters } from '../drain/waiters.js';

/** Shared by all sockets of the thread. */
const pool = new BufferPool();

/** A sink over a Writable, which the caller keeps: it is never ended or destroyed here. */
export class StreamSink implements ForwardSink {
  readonly isTerminal: boolean;
  readonly isOwned = true;
  openLineOwner: OpenLineOwner | null = null;
  /** A socket calls back once the kernel has accepted the bytes. */
  readonly #isSocket: boolean;
  #failed = false;
  #behind = false;
  readonly #progress = new Progress();
  readonly #ready = new Waiters();
  readonly #watch: StallWatch;

  constructor(private readonly stream: Writable) {
    this.#isSocket = stream instanceof Socket;
    const { isTTY, fd } = stream as { isTTY?: boolean; fd?: number };
    this.isTerminal = isTTY === true;
    const fail = () => this.#fail();
    // A reader of this process's own output may pause for any length of time. ssh would wait, too.
    const mayStall = fd === 1 || fd === 2;
    this.#watch = new StallWatch(this.#progress, () => this.usable, fail, mayStall);
    stream.on('error', fail);
    stream.on('close', fail);
    stream.on('drain', () => this.#catchUp());
  }

  get usable(): boolean {
    return !this.#failed && this.stream.writable;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.#progress.accept(bytes.length);
    try {
      // The stream may keep the chunk, but the drain reuses its buffer, so it gets a copy.
      const copy = this.#isSocket ? pool.acquire(bytes) : Buffer.from(bytes);
      const accepted = this.stream.write(copy, () => {
        // Other streams, such as a PassThrough, may pass the chunk on and keep it.
        if (this.#isSocket) pool.release(copy);
        if (!this.#failed) this.#progress.advance(copy.length);
      });
      if (!accepted && this.stream.writableNeedDrain) {
        this.#behind = true;
        this.#watch.start();
      }
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
    return this.#progress.flushed();
  }

  // Pending bytes are in the caller's stream, so there is nothing to close or drop.
  retain(): void {}
  release(): void {}
  drop(): void {}

  #catchUp(): void {
    this.#behind = false;
    this.#watch.stop();
    this.#ready.release();
  }

  #fail(): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#progress.advance();
    this.#catchUp();
  }
}
