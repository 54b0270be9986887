import { Waiters } from '../drain/waiters.js';

/** Time without progress after which a flush gives up. Unit: milliseconds. */
export const FLUSH_STALL_MS = 1000;

/** Counts the bytes that a sink has accepted and written, in order. */
export class Progress {
  #accepted = 0;
  #written = 0;
  readonly #waiters = new Waiters();

  get pending(): number {
    return this.#accepted - this.#written;
  }

  get written(): number {
    return this.#written;
  }

  accept(amount: number): void {
    this.#accepted += amount;
  }

  /** Without an amount, everything counts as written, so that nothing waits for dropped bytes. */
  advance(amount: number = this.pending): void {
    this.#written += amount;
    this.#waiters.release();
  }

  /** Resolves when the bytes accepted so far are written, or after {@link FLUSH_STALL_MS} without progress. */
  flushed(): Promise<void> {
    const target = this.#accepted;
    if (this.#written >= target) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, FLUSH_STALL_MS);
      const look = () => {
        if (this.#written >= target) {
          clearTimeout(timer);
          resolve();
        } else {
          timer.refresh();
          this.#waiters.add(look);
        }
      };
      this.#waiters.add(look);
    });
  }
}
