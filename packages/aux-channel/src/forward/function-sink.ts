import { ForwardSink } from './sink.js';
import { StallWatch } from './stall-watch.js';

/**
 * Calls a function with a copy of each batch. If it returns a promise, the next call waits for that. After
 * it throws, rejects or takes longer than {@link SINK_STALL_LIMIT_MS}, it is not called again.
 */
export class FunctionSink extends ForwardSink {
  usable = true;
  /** Whether the function is running or its promise is pending. */
  protected isBehind = false;
  #queue: Uint8Array[] = [];
  readonly #watch = new StallWatch(
    this.progress,
    () => this.usable,
    () => this.#fail(),
  );

  constructor(
    private readonly call: (chunk: Uint8Array) => unknown,
    readonly isTerminal = false,
  ) {
    super();
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.#queue.push(new Uint8Array(bytes));
    this.progress.accept(1);
    this.#work();
    return !this.isBehind;
  }

  drop(): void {
    if (this.users > 0 || this.#queue.length === 0) return;
    this.progress.advance(this.#queue.splice(0).length);
  }

  #work(): void {
    for (let chunk; !this.isBehind && (chunk = this.#queue.shift()) !== undefined;)
      this.#give(chunk);
    if (!this.isBehind) this.ready.release();
  }

  #give(chunk: Uint8Array): void {
    this.isBehind = true;
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
    this.isBehind = false;
    this.progress.advance(1);
  }

  #fail(): void {
    this.usable = false;
    this.#watch.stop();
    this.isBehind = false;
    this.#queue = [];
    this.progress.advance();
    this.ready.release();
  }
}
