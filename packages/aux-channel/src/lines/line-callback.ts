import type { StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';
import type { LineConsumer, StderrLineListener } from './line-consumer.js';
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
  /** Whether the listener is running: lines that arrive through its own calls wait. */
  #calling = false;
  #scheduled = false;
  #warned = false;

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
    if (this.#calling || this.#backlog.length > 0) {
      this.#backlog.accept(batch, firstSeq);
      this.#schedule();
      return;
    }
    const done = this.#call(batch.take(batch.count, firstSeq));
    if (done === batch.count) return;
    this.#backlog.accept(batch.drop(done), firstSeq + done);
    this.#schedule();
  }

  close(): void {
    // Lines of the backlog are still delivered; the scheduled turn keeps the process running for them.
  }

  /** Returns how many lines were delivered before the time was up. */
  #call(lines: readonly StderrLine[]): number {
    const listener = this.#listener;
    let spent = 0;
    let before = performance.now();
    this.#calling = true;
    let i = 0;
    for (; i < lines.length; i++) {
      if (i % LINES_BETWEEN_CLOCK_READS === 0 && i > 0) {
        const now = performance.now();
        // At most half of the budget at once: a slow listener is slow twice, while one that the
        // scheduler delayed is not slow.
        spent += Math.min(now - before, TURN_BUDGET_MS / 2);
        if (spent >= TURN_BUDGET_MS) break;
        before = now;
      }
      try {
        const result = listener(lines[i] as StderrLine);
        if (result !== undefined) this.#watchPromise(result);
      } catch (error) {
        this.#warn('threw', error);
      }
    }
    this.#calling = false;
    return i;
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

  #watchPromise(result: unknown): void {
    if (typeof (result as PromiseLike<unknown> | null)?.then !== 'function') return;
    Promise.resolve(result).catch((error: unknown) => this.#warn('rejected', error));
  }

  #warn(what: string, error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    process.emitWarning(`A stderr line listener ${what}, and is still called: ${textOf(error)}`, {
      type: 'RsyncIoWarning',
      code: 'RSYNC_IO_LISTENER_THREW',
    });
  }
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'a value that cannot be converted to text';
  }
}
