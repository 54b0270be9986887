import type { StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';
import { WarningQueue } from './warning-queue.js';

/** Time that callbacks may take in one turn of the event loop before the drain continues. */
const TURN_BUDGET_MS = 5;
const LINES_BETWEEN_CLOCK_READS = 64;

/** A callback for lines. Its first error (thrown or rejected) is emitted as a process warning. */
export type StderrLineListener = (line: StderrLine) => unknown;

/** Calls a listener from the drain. Once it has used up its time in a turn, lines wait in the queue. */
export class LineCallback extends WarningQueue {
  readonly #listener: StderrLineListener;
  /** Whether the listener is running. Lines that arrive because of its own calls wait. */
  #calling = false;
  #scheduled = false;
  #warned = false;

  constructor(listener: StderrLineListener) {
    super();
    this.#listener = listener;
  }

  override accept(batch: LineBatch, firstSeq: number): void {
    const mustWait = this.#calling || this.length > 0;
    const done = mustWait ? 0 : this.#call(batch.take(batch.count, firstSeq));
    if (done === batch.count) return;
    super.accept(batch.drop(done), firstSeq + done);
    this.#schedule();
  }

  /** Returns the number of lines delivered before the time was used up. */
  #call(lines: readonly StderrLine[]): number {
    const listener = this.#listener;
    let spent = 0;
    let before = performance.now();
    this.#calling = true;
    let i = 0;
    for (; i < lines.length; i++) {
      if (i % LINES_BETWEEN_CLOCK_READS === 0 && i > 0) {
        const now = performance.now();
        // At most half of the budget counts at once, so that one delay by the scheduler does not use it up.
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
    // Keeps the process running until all lines are delivered.
    setImmediate(() => {
      this.#scheduled = false;
      // Delivers as much as the turn's time allows, so that the queue drains faster than it fills.
      const deadline = performance.now() + TURN_BUDGET_MS;
      while (this.length > 0 && performance.now() < deadline) {
        this.#call(this.take(LINES_BETWEEN_CLOCK_READS));
      }
      if (this.length > 0) this.#schedule();
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
