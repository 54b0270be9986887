/** Runs steps one after the other, because a consumer may call back into the drain during a delivery. */
export class InOrder {
  #running = false;
  #waiting: (() => void)[] = [];

  get isRunning(): boolean {
    return this.#running;
  }

  run(step: () => void): void {
    if (this.#running) this.#waiting.push(step);
    else this.hold(step);
  }

  /** Runs `work` now. Steps that it adds run after it, or after the step that it is part of. */
  hold<T>(work: () => T): T {
    if (this.#running) return work();
    this.#running = true;
    try {
      const result = work();
      for (let step; (step = this.#waiting.shift()) !== undefined;) step();
      return result;
    } finally {
      this.#running = false;
    }
  }
}
