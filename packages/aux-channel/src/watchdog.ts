/** Samples per timeout: a stall is noticed at most a tenth of the timeout late. */
const SAMPLES_PER_TIMEOUT = 10;

/**
 * Calls `onStall` once when `progress()` has returned the same value for `timeoutMs`. Reading a
 * counter now and then costs the wire nothing, unlike a listener on every chunk. Holds no process open.
 */
export class Watchdog {
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number, progress: () => string | number, onStall: () => void) {
    let last = progress();
    let since = performance.now();
    const look = () => {
      const now = performance.now();
      const current = progress();
      if (current !== last) {
        last = current;
        since = now;
      } else if (now - since >= timeoutMs) {
        this.cancel();
        onStall();
      }
    };
    this.#timer = setInterval(look, Math.max(1, timeoutMs / SAMPLES_PER_TIMEOUT)).unref();
  }

  cancel(): void {
    clearInterval(this.#timer);
  }
}
