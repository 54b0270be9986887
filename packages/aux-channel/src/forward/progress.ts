import { Waiters } from './waiters.js';

/** How long a sink may make no progress before its flush is given up. Unit: milliseconds. */
export const FLUSH_STALL_MS = 1000;

/** Counts what a sink has accepted and what of it has been written, in order. */
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

  /** By default everything: what is dropped is not waited for either. */
  advance(amount: number = this.pending): void {
    this.#written += amount;
    this.#waiters.release();
  }

  /**
   * Resolves when what has been accepted so far is written, or when nothing was for
   * {@link FLUSH_STALL_MS}. What is accepted later is not waited for: it may be another channel's.
   */
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
