import { TransportStateError } from '../trait/errors.js';
import { checkOptions } from '../options/check-options.js';
import { isIntegerFrom, positiveInteger, rule } from '../options/rules.js';
import { MAX_LINE_BYTES, type StderrLine } from '../trait/trait.js';
import { Waiters } from '../drain/waiters.js';
import type { LineBatch, SharedLine } from './line-batch.js';

/** Default capacity of a {@link WarningQueue}. Unit: lines. */
export const WARNING_QUEUE_CAPACITY = 1024;

/** Allows a number of lines. */
const limit = rule(
  'an integer from 0 on, or Infinity',
  (value) => value === Infinity || isIntegerFrom(0, value),
);

/** The queue is also limited to this many bytes per line of its capacity, because a line may have 64 KiB. */
const MEAN_LINE_BYTES = 1024;

/** Options of a {@link WarningQueue}. */
export interface WarningQueueOptions {
  /**
   * Number of lines held for a slow consumer, with at most 1 KiB per line on average (but at least 64 KiB
   * in total). Lines that do not fit are dropped and counted. A positive integer.
   */
  capacity?: number;
}

/** @internal */
export const ONE_CHANNEL = 'WarningQueue serves one channel; make one for each.';

/**
 * Holds every line of stderr until a consumer takes it, by `for await`, {@link batches} or {@link take}.
 * The queue is bounded and the drain never waits for it: lines that do not fit are dropped and counted. A
 * queue serves one channel; iteration ends when the capture is complete.
 */
export class WarningQueue implements AsyncIterable<StderrLine> {
  readonly capacity: number;
  readonly #capacityBytes: number;
  #lines: SharedLine[] = [];
  #bytes = 0;
  /** Index of the first line not yet taken. */
  #head = 0;
  #dropped = 0;
  #attached = false;
  #closed = false;
  readonly #waiting = new Waiters();

  /** @throws InvalidOptionError */
  constructor(options: WarningQueueOptions = {}) {
    const { capacity } = checkOptions<WarningQueueOptions>(options, { capacity: positiveInteger });
    this.capacity = capacity ?? WARNING_QUEUE_CAPACITY;
    this.#capacityBytes = Math.max(MAX_LINE_BYTES, this.capacity * MEAN_LINE_BYTES);
  }

  get length(): number {
    return this.#lines.length - this.#head;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Whether a new line would be dropped. @internal */
  get full(): boolean {
    return this.length >= this.capacity;
  }

  /** Whether no line is needed at the moment, so that lines are neither split nor counted. @internal */
  get isIdle(): boolean {
    return false;
  }

  /** `true` if no further line will be added. Lines may still wait to be taken. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Removes and returns up to `max` lines, oldest first, without waiting.
   * @param max an integer from 0 on, or Infinity @throws InvalidOptionError
   */
  take(max = Infinity): StderrLine[] {
    limit.check(max, 'max');
    const end = Math.min(this.#lines.length, this.#head + max);
    const taken = this.#lines.slice(this.#head, end);
    for (const line of taken) this.#bytes -= line.length;
    this.#moveHead(end);
    return taken;
  }

  /** If the loop ends early, the rest stays in the queue; iterate again to continue. */
  [Symbol.asyncIterator](): AsyncIterator<StderrLine, undefined, undefined> {
    // A manual iterator, because an async generator or async function doubles the time per line.
    return { next: () => this.#next(() => this.#shift()) };
  }

  /** Iterates over arrays of all waiting lines, several times faster than line by line. No array is empty. */
  batches(): AsyncIterable<StderrLine[]> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next(() => this.take()) }) };
  }

  #next<T>(take: () => T): Promise<IteratorResult<T, undefined>> {
    if (this.length > 0) return Promise.resolve({ value: take(), done: false });
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    return new Promise<void>((resolve) => this.#waiting.add(resolve)).then(() => this.#next(take));
  }

  /** @internal */
  get isAttached(): boolean {
    return this.#attached;
  }

  /** @internal */
  attach(): void {
    if (this.#attached) throw new TransportStateError(`A ${ONE_CHANNEL}`);
    this.#attached = true;
  }

  /** Adds the lines of a batch, which is valid only during the call. @internal */
  accept(batch: LineBatch, firstSeq: number): void {
    const { count } = batch;
    const taken = Math.min(
      this.capacity - this.length,
      count,
      batch.fitting(this.#capacityBytes - this.#bytes),
    );
    this.#dropped += count - taken;
    // Drops the references to lines that were taken one by one.
    if (this.#head > this.capacity) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
    const lines = batch.take(taken, firstSeq);
    if (this.length === 0) {
      this.#lines = lines;
      this.#head = 0;
    } else {
      for (const line of lines) this.#lines.push(line);
    }
    for (const line of lines) this.#bytes += line.length;
    if (taken > 0) this.#waiting.release();
  }

  /** Counts lines that were dropped without being split. @internal */
  skip(count: number): void {
    this.#dropped += count;
  }

  /** @internal */
  close(): void {
    this.#closed = true;
    this.#waiting.release();
  }

  #shift(): StderrLine {
    const line = this.#lines[this.#head] as SharedLine;
    this.#bytes -= line.length;
    this.#moveHead(this.#head + 1);
    return line;
  }

  #moveHead(head: number): void {
    this.#head = head;
    if (head < this.#lines.length) return;
    this.#lines = [];
    this.#head = 0;
  }
}
