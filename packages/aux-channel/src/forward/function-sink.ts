import { Progress } from './progress.js';
import type { ForwardSink, OpenLineOwner } from './sink.js';
import { StallWatch } from './stall-watch.js';
import { Waiters } from '../drain/waiters.js';

/**
 * Calls a function with a copy of each batch. If it returns a promise, the next call waits for that. After
 * it throws, rejects or takes longer than {@link SINK_STALL_LIMIT_MS}, it is not called again.
 */
export class FunctionSink implements ForwardSink {
  readonly isOwned = true;
  openLineOwner: OpenLineOwner | null = null;
  usable = true;
  /** Whether the function is running or its promise is pending. */
  #busy = false;
  #queue: Uint8Array[] = [];
  #users = 0;
  readonly #progress = new Progress();
  readonly #ready = new Waiters();
  readonly #watch = new StallWatch(
    this.#progress,
    () => this.usable,
    () => this.#fail(),
  );

  constructor(
    private readonly call: (chunk: Uint8Array) => unknown,
    readonly isTerminal = false,
  ) {}

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.#queue.push(new Uint8Array(bytes));
    this.#progress.accept(1);
    this.#work();
    return !this.#busy;
  }

  onceReady(callback: () => void): void {
    if (this.#busy) this.#ready.add(callback);
    else callback();
  }

  flushed(): Promise<void> {
    return this.#progress.flushed();
  }

  retain(): void {
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
  }

  drop(): void {
    if (this.#users > 0 || this.#queue.length === 0) return;
    const dropped = this.#queue.length;
    this.#queue = [];
    this.#progress.advance(dropped);
  }

  #work(): void {
    for (let chunk; !this.#busy && (chunk = this.#queue.shift()) !== undefined;) this.#give(chunk);
    if (!this.#busy) this.#ready.release();
  }

  #give(chunk: Uint8Array): void {
    this.#busy = true;
    try {
      const result = this.call(chunk);
      if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') {
        return this.#done();
      }
      this.#watch.start();
      Promise.resolve(result).then(
        () => {
          this.#done();
          this.#work();
        },
        () => this.#fail(),
      );
    } catch {
      this.#fail();
    }
  }

  #done(): void {
    // A promise may be fulfilled after the limit.
    if (!this.usable) return;
    this.#watch.stop();
    this.#busy = false;
    this.#progress.advance(1);
  }

  #fail(): void {
    this.usable = false;
    this.#watch.stop();
    this.#busy = false;
    this.#queue = [];
    this.#progress.advance();
    this.#ready.release();
  }
}
