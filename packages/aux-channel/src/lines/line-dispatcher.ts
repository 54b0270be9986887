import { stderrLineChannel, type StderrLineMessage } from '../trait/diagnostics.js';
import { LineCallback, type StderrLineListener } from './line-callback.js';
import type { LineBatch } from './line-batch.js';
import { LineSplitter } from './line-splitter.js';
import { WarningQueue } from './warning-queue.js';

/** A subscriber to lines: a queue to consume, or a callback. */
export type WarningsOption = WarningQueue | StderrLineListener;

type LineSource = Pick<StderrLineMessage, 'label' | 'pid'>;

/** Size of the slices in which text is decoded. Slices of 256 KiB take three times as long (measured). */
const SLICE_BYTES = 65_536;

/** Delivers lines to the subscriber and to `diagnostics_channel`. Without either, lines are not split. */
export class LineDispatcher {
  readonly #queue: WarningQueue | null;
  readonly #source: LineSource;
  readonly #splitter = new LineSplitter((batch) => this.#deliver(batch));
  #seq = 0;

  constructor(warnings: WarningsOption | undefined, source: LineSource) {
    this.#source = source;
    if (warnings instanceof WarningQueue) warnings.attach();
    this.#queue = typeof warnings === 'function' ? new LineCallback(warnings) : (warnings ?? null);
  }

  get dropped(): number {
    return this.#queue?.dropped ?? 0;
  }

  push(chunk: Uint8Array): void {
    const published = stderrLineChannel.hasSubscribers;
    if (!published && (this.#queue?.isIdle ?? true)) return this.#splitter.ignore(chunk);
    for (let start = 0; start < chunk.length; start += SLICE_BYTES) {
      const slice = chunk.subarray(start, start + SLICE_BYTES);
      if (published || this.#queue?.full !== true) {
        this.#splitter.push(slice);
        continue;
      }
      // Counting the lines that do not fit costs less than splitting them.
      const count = this.#splitter.skip(slice);
      this.#seq += count;
      this.#queue.skip(count);
    }
  }

  end(): void {
    this.#splitter.end();
    this.#queue?.close();
  }

  #deliver(batch: LineBatch): void {
    const firstSeq = this.#seq;
    this.#seq += batch.count;
    this.#queue?.accept(batch, firstSeq);
    if (!stderrLineChannel.hasSubscribers) return;
    for (const line of batch.take(batch.count, firstSeq)) {
      const message: StderrLineMessage = { ...this.#source, line, dropped: 0 };
      stderrLineChannel.publish(message);
    }
  }
}
