/** Number of samples per timeout. A stall is detected at most a hundredth of the timeout late. */
const SAMPLES_PER_TIMEOUT = 100;
const SHORTEST_SAMPLE_MS = 10;

/**
 * Calls `onStall` once `progress()` has returned the same value for `timeoutMs`: never early, and late by
 * at most the time between two samples. Does not keep the process running.
 */
export class Watchdog {
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;

  constructor(
    timeoutMs: number,
    progress: () => string | number,
    onStall: () => void,
    sampleMs = Math.max(SHORTEST_SAMPLE_MS, timeoutMs / SAMPLES_PER_TIMEOUT),
  ) {
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
      if (hasMoved() || performance.now() - since < timeoutMs) return wait();
      // A busy event loop may not have polled the wire yet. Immediates run after it has.
      setImmediate(() => {
        if (this.#cancelled) return;
        if (hasMoved()) wait();
        else onStall();
      });
    };
    const wait = () => {
      const left = timeoutMs - (performance.now() - since);
      this.#timer = setTimeout(look, Math.max(1, Math.min(sampleMs, left))).unref();
    };
    wait();
  }

  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }
}
