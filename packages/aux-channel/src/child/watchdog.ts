/** Number of samples per timeout. A stall is detected at most a hundredth of the timeout late. */
const SAMPLES_PER_TIMEOUT = 100;
const SHORTEST_SAMPLE_MS = 10;

/**
 * Calls `onStall` once `progress()` has returned the same value for `timeoutMs`: never early, and late by
 * at most 10 ms or a hundredth of the timeout, whichever is larger. Does not keep the process running.
 */
export class Watchdog {
  #timer: NodeJS.Timeout | null = null;
  #cancelled = false;

  constructor(timeoutMs: number, progress: () => string | number, onStall: () => void) {
    const sampleMs = Math.max(SHORTEST_SAMPLE_MS, timeoutMs / SAMPLES_PER_TIMEOUT);
    let last = progress();
    let since = performance.now();
    const hasMoved = () => {
      const current = progress();
      if (current === last) return false;
      last = current;
      since = performance.now();
      return true;
    };
    const look = () => {
      if (!hasMoved() && performance.now() - since >= timeoutMs) {
        // A busy event loop may not have polled the wire yet. Immediates run after it has.
        setImmediate(() => {
          if (this.#cancelled) return;
          if (hasMoved()) wait();
          else onStall();
        });
      } else {
        wait();
      }
    };
    const wait = () => {
      const left = timeoutMs - (performance.now() - since);
      this.#timer = setTimeout(look, Math.max(1, Math.min(sampleMs, left))).unref();
    };
    wait();
  }

  cancel(): void {
    this.#cancelled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

/** Calls `onExpired` once, after `timeoutMs`. Does not keep the process running. */
export class Deadline {
  #timer: NodeJS.Timeout | null;

  constructor(timeoutMs: number, onExpired: () => void) {
    this.#timer = setTimeout(() => {
      // As above: data that arrived in time counts, even if the event loop was too busy to read it.
      setImmediate(() => {
        if (this.#timer !== null) onExpired();
      });
    }, timeoutMs).unref();
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
