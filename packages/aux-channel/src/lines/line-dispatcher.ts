import { stderrLineChannel, type StderrLineMessage } from '../trait/diagnostics.js';
import { LineCallback } from './line-callback.js';
import type { LineConsumer, StderrLineListener } from './line-consumer.js';
import type { LineBatch } from './line-batch.js';
import { LineSplitter } from './line-splitter.js';
import { WarningQueue } from './warning-queue.js';

/** A subscriber to lines: a queue to consume, or a callback. */
export type WarningsOption = WarningQueue | StderrLineListener;

export type LineSource = Pick<StderrLineMessage, 'label' | 'pid'>;

/** Size of the slices in which text is decoded. Strings of 256 KiB were measured three times slower. */
const SLICE_BYTES = 65_536;

/** Delivers lines to the subscriber and to `diagnostics_channel`. Without either, nothing is split. */
export class LineDispatcher {
  readonly #consumer: LineConsumer | null;
  readonly #source: LineSource;
  readonly #splitter = new LineSplitter((batch) => this.#deliver(batch));
  #seq = 0;

  constructor(warnings: WarningsOption | undefined, source: LineSource) {
    this.#source = source;
    if (warnings instanceof WarningQueue) warnings.attach();
    this.#consumer =
      typeof warnings === 'function' ? new LineCallback(warnings) : (warnings ?? null);
  }

  get dropped(): number {
    return this.#consumer?.dropped ?? 0;
  }

  push(chunk: Uint8Array): void {
    const published = stderrLineChannel.hasSubscribers;
    const isIdle = this.#consumer === null || this.#consumer.isIdle === true;
    if (isIdle && !published) {
      this.#splitter.ignore(chunk);
      return;
    }
    for (let start = 0; start < chunk.length; start += SLICE_BYTES) {
      const slice = chunk.subarray(start, start + SLICE_BYTES);
      if (this.#consumer?.full === true && !published) this.#skip(this.#consumer, slice);
      else this.#splitter.push(slice);
    }
  }

  end(): void {
    this.#splitter.end();
    this.#consumer?.close();
  }

  /** Counts lines that do not fit into a queue, which costs less than splitting them. */
  #skip(consumer: LineConsumer, slice: Uint8Array): void {
    const count = this.#splitter.skip(slice);
    this.#seq += count;
    consumer.skip(count);
  }

  #deliver(batch: LineBatch): void {
    const firstSeq = this.#seq;
    this.#seq += batch.count;
    this.#consumer?.accept(batch, firstSeq);
    if (stderrLineChannel.hasSubscribers) {
      for (const line of batch.take(batch.count, firstSeq)) {
        stderrLineChannel.publish({
          ...this.#source,
          line,
          dropped: 0,
        } satisfies StderrLineMessage);
      }
    }
  }
}
