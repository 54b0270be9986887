import type { StderrLine } from '../trait/trait.js';
import type { LineConsumer, StderrLineListener } from './line-consumer.js';
import type { LineBatch } from './line-batch.js';
import { WarningQueue } from './warning-queue.js';

/** Time that callbacks may take in one turn of the event loop before the drain goes first. */
const TURN_BUDGET_MS = 5;
const LINES_BETWEEN_CLOCK_READS = 64;

/**
 * Calls a listener for every line. A fast listener is called straight from the drain; once it has
 * used up its time in a turn, lines wait in a bounded queue, so that reading goes on between turns.
 */
export class LineCallback implements LineConsumer {
  readonly #listener: StderrLineListener;
  readonly #backlog = new WarningQueue();
  #scheduled = false;
  #complained = false;

  constructor(listener: StderrLineListener) {
    this.#listener = listener;
  }

  get dropped(): number {
    return this.#backlog.dropped;
  }

  get full(): boolean {
    return this.#backlog.full;
  }

  skip(count: number): void {
    this.#backlog.skip(count);
  }

  accept(batch: LineBatch, firstSeq: number): void {
    if (this.#backlog.length > 0) {
      this.#backlog.accept(batch, firstSeq);
      return;
    }
    const lines = batch.take(batch.count, firstSeq);
    const done = this.#call(lines);
    if (done === lines.length) return;
    this.#backlog.accept(batch.drop(done), firstSeq + done);
    this.#schedule();
  }

  close(): void {
    // Lines of the backlog are still delivered; the scheduled turn keeps the process alive for them.
  }

  /** Returns how many lines were delivered before the time was up. */
  #call(lines: readonly StderrLine[]): number {
    let spent = 0;
    let before = performance.now();
    for (let i = 0; i < lines.length; i++) {
      if (i % LINES_BETWEEN_CLOCK_READS === 0 && i > 0) {
        const now = performance.now();
        // At most half of the budget at once: a listener that is slow is so twice, while one that the
        // scheduler kept waiting is not slow.
        spent += Math.min(now - before, TURN_BUDGET_MS / 2);
        if (spent >= TURN_BUDGET_MS) return i;
        before = now;
      }
      try {
        this.#listener(lines[i] as StderrLine);
      } catch (error) {
        this.#complain(error);
      }
    }
    return lines.length;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      // As much as the turn's time allows, or the backlog would outlast the flood that made it.
      const deadline = performance.now() + TURN_BUDGET_MS;
      while (this.#backlog.length > 0 && performance.now() < deadline) {
        this.#call(this.#backlog.take(LINES_BETWEEN_CLOCK_READS));
      }
      if (this.#backlog.length > 0) this.#schedule();
    });
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    process.emitWarning(`A stderr line listener threw, and is still called: ${String(error)}`, {
      type: 'RsyncIoWarning',
      code: 'RSYNC_IO_LISTENER_THREW',
    });
  }
}
