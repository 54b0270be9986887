import { flushWithin } from './flush.js';
import type { ForwardSink } from './sink.js';
import { Waiters } from './waiters.js';

/**
 * A function of the caller. It gets a copy of each batch, the next one only when the promise that it
 * returned for the last one, if any, is fulfilled. When it throws or rejects, it is not called again.
 */
export class FunctionSink implements ForwardSink {
  readonly isTerminal = false;
  openLineOwner: object | null = null;
  usable = true;
  readonly #call: (chunk: Uint8Array) => unknown;
  #busy = false;
  #queue: Uint8Array[] = [];
  readonly #waiting = new Waiters();

  constructor(call: (chunk: Uint8Array) => unknown) {
    this.#call = call;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    this.#queue.push(new Uint8Array(bytes));
    if (!this.#busy) this.#work();
    return !this.#busy;
  }

  onceReady(callback: () => void): void {
    if (this.#busy) this.#waiting.add(callback);
    else callback();
  }

  flushed(): Promise<void> {
    return flushWithin(
      () => this.#queue.length + Number(this.#busy),
      (callback) => this.#waiting.add(callback),
    );
  }

  #work(): void {
    for (let chunk; (chunk = this.#queue.shift()) !== undefined;) {
      let result: unknown;
      try {
        result = this.#call(chunk);
      } catch {
        return this.#fail();
      }
      if (result instanceof Promise) {
        this.#busy = true;
        result.then(
          () => this.#goOn(),
          () => this.#fail(),
        );
        return;
      }
    }
  }

  #goOn(): void {
    this.#busy = false;
    this.#work();
    this.#waiting.release();
  }

  #fail(): void {
    this.usable = false;
    this.#busy = false;
    this.#queue = [];
    this.#waiting.release();
  }
}
