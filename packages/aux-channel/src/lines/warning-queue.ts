import { TransportStateError } from '../trait/errors.js';
import { MAX_LINE_BYTES, type StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';
import type { LineConsumer } from './line-consumer.js';
import type { SharedLine } from './stderr-line.js';

/** Lines that a {@link WarningQueue} holds unless told otherwise. */
export const WARNING_QUEUE_CAPACITY = 1024;

/** Lines may have 64 KiB: the queue holds no more bytes than its lines would have at this mean length. */
export const MEAN_LINE_BYTES = 1024;

export interface WarningQueueOptions {
  /**
   * Lines held for a slow consumer, together no more than 1 KiB for each (and 64 KiB at least); further
   * ones are dropped and counted. A positive integer.
   */
  capacity?: number;
}

/**
 * A bounded queue between the drain and a consumer that takes its time: iterate it with
 * `for await`, or call {@link take}. The drain never waits for it: what finds no room is dropped and
 * counted. A queue serves one channel; the iteration ends when the capture does.
 */
export class WarningQueue implements AsyncIterable<StderrLine, undefined, undefined>, LineConsumer {
  readonly capacity: number;
  readonly #capacityBytes: number;
  #lines: SharedLine[] = [];
  #bytes = 0;
  /** Index of the first line not yet taken. */
  #head = 0;
  #dropped = 0;
  #attached = false;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(options: WarningQueueOptions = {}) {
    this.capacity = options.capacity ?? WARNING_QUEUE_CAPACITY;
    if (!Number.isSafeInteger(this.capacity) || this.capacity < 1) {
      throw new RangeError(`A queue's capacity is a positive integer, not ${this.capacity}`);
    }
    this.#capacityBytes = Math.max(MAX_LINE_BYTES, this.capacity * MEAN_LINE_BYTES);
  }

  /** Lines waiting to be taken. */
  get length(): number {
    return this.#lines.length - this.#head;
  }

  /** Lines that found no room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @internal */
  get full(): boolean {
    return this.length >= this.capacity;
  }

  /** `true` when no further line will come. Lines may still wait to be taken. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Takes up to `max` lines, oldest first, without waiting. */
  take(max = Infinity): StderrLine[] {
    const end = Math.min(this.#lines.length, this.#head + max);
    const taken = this.#lines.slice(this.#head, end);
    for (const line of taken) this.#bytes -= line.length;
    this.#head = end;
    if (this.#head === this.#lines.length) {
      this.#lines = [];
      this.#head = 0;
    }
    return taken;
  }

  /** Leaving the loop early leaves the rest in the queue; iterate again to go on. */
  [Symbol.asyncIterator](): AsyncIterator<StderrLine, undefined, undefined> {
    // By hand: an async generator, or only an async function, takes twice as long for every line.
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<StderrLine, undefined>> {
    if (this.length > 0) return Promise.resolve({ value: this.#shift(), done: false });
    if (this.#closed) return Promise.resolve({ value: undefined, done: true });
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#next());
  }

  /** @internal */
  attach(): void {
    if (this.#attached) {
      throw new TransportStateError('A WarningQueue serves one channel; make one for each.');
    }
    this.#attached = true;
  }

  /** @internal */
  accept(batch: LineBatch, firstSeq: number): void {
    const { count } = batch;
    const taken = Math.min(
      this.capacity - this.length,
      count,
      batch.fitting(this.#capacityBytes - this.#bytes),
    );
    this.#dropped += count - taken;
    if (this.#head > this.capacity) this.#compact();
    const lines = batch.take(taken, firstSeq);
    if (this.length === 0) {
      this.#lines = lines;
      this.#head = 0;
    } else {
      for (const line of lines) this.#lines.push(line);
    }
    for (const line of lines) this.#bytes += line.length;
    if (taken > 0) this.#notify();
  }

  /** @internal */
  skip(count: number): void {
    this.#dropped += count;
  }

  /** @internal */
  close(): void {
    this.#closed = true;
    this.#notify();
  }

  #shift(): StderrLine {
    const line = this.#lines[this.#head] as SharedLine;
    this.#bytes -= line.length;
    this.#head += 1;
    if (this.#head === this.#lines.length) {
      this.#lines = [];
      this.#head = 0;
    }
    return line;
  }

  /** Forgets the lines that were taken one by one. */
  #compact(): void {
    this.#lines = this.#lines.slice(this.#head);
    this.#head = 0;
  }

  #notify(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
