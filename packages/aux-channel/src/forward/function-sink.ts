import type { ForwardSink } from './sink.js';

/** A function of the caller. It gets a copy of each batch; when it throws, it is not called again. */
export class FunctionSink implements ForwardSink {
  readonly isTerminal = false;
  usable = true;
  readonly #call: (chunk: Uint8Array) => unknown;

  constructor(call: (chunk: Uint8Array) => unknown) {
    this.#call = call;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    try {
      const result = this.#call(new Uint8Array(bytes));
      if (result instanceof Promise) result.catch(() => (this.usable = false));
    } catch {
      this.usable = false;
    }
    return true;
  }

  onceReady(callback: () => void): void {
    callback();
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }
}
