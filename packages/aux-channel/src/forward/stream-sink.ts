import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { BufferPool } from './buffer-pool.js';
import { ForwardSink } from './sink.js';
import { StallWatch } from './stall-watch.js';

/** Shared by all sockets of the thread. */
const pool = new BufferPool();

/** A sink over a Writable, which the caller keeps: it is never ended or destroyed here. */
export class StreamSink extends ForwardSink {
  readonly isTerminal: boolean;
  protected isBehind = false;
  /** A socket calls back once the kernel has accepted the bytes. */
  readonly #isSocket: boolean;
  #failed = false;
  readonly #watch: StallWatch;

  constructor(private readonly stream: Writable) {
    super();
    this.#isSocket = stream instanceof Socket;
    const { isTTY, fd } = stream as { isTTY?: boolean; fd?: number };
    this.isTerminal = isTTY === true;
    const fail = () => this.#fail();
    // A reader of this process's own output may pause for any length of time. ssh would wait, too.
    const mayStall = fd === 1 || fd === 2;
    this.#watch = new StallWatch(this.progress, () => this.usable, fail, mayStall);
    stream.on('error', fail);
    stream.on('close', fail);
    stream.on('drain', () => this.#catchUp());
  }

  get usable(): boolean {
    return !this.#failed && this.stream.writable;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.progress.accept(bytes.length);
    try {
      // The stream may keep the chunk, but the drain reuses its buffer, so it gets a copy.
      const copy = this.#isSocket ? pool.acquire(bytes) : Buffer.from(bytes);
      const accepted = this.stream.write(copy, () => {
        // Other streams, such as a PassThrough, may pass the chunk on and keep it.
        if (this.#isSocket) pool.release(copy);
        if (!this.#failed) this.progress.advance(copy.length);
      });
      if (!accepted && this.stream.writableNeedDrain) {
        this.isBehind = true;
        this.#watch.start();
      }
    } catch {
      this.#fail();
    }
    return !this.isBehind;
  }

  drop(): void {
    // Pending bytes are in the caller's stream.
  }

  #catchUp(): void {
    this.isBehind = false;
    this.#watch.stop();
    this.ready.release();
  }

  #fail(): void {
    if (this.#failed) return;
    this.#failed = true;
    this.progress.advance();
    this.#catchUp();
  }
}
