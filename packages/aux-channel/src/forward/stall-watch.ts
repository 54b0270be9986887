import type { Progress } from './progress.js';

const LOOK_INTERVAL_MS = 100;

/** A sink that is behind and writes nothing for this long counts as failed. Unit: milliseconds. */
export const SINK_STALL_LIMIT_MS = 10_000;

/**
 * Monitors a sink while it is behind. A stream that never drains (a Writable emits nothing after `end()`)
 * or a promise that never settles would block the child forever.
 */
export class StallWatch {
  #timer: NodeJS.Timeout | null = null;

  /** @param mayStall whether the sink may be behind for any length of time, such as a paused terminal */
  constructor(
    private readonly progress: Progress,
    private readonly isUsable: () => boolean,
    private readonly onFailure: () => void,
    private readonly mayStall = false,
  ) {}

  start(): void {
    if (this.#timer !== null) return;
    let seen = this.progress.written;
    // Counts checks instead of time, so that a suspended process gives the sink its full time again.
    let looks = 0;
    this.#timer = setInterval(() => {
      looks = this.progress.written === seen && !this.mayStall ? looks + 1 : 0;
      seen = this.progress.written;
      if (this.isUsable() && looks * LOOK_INTERVAL_MS < SINK_STALL_LIMIT_MS) return;
      this.stop();
      this.onFailure();
    }, LOOK_INTERVAL_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
