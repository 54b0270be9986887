import { type StderrLine, stderrLineChannel, type StderrLineMessage } from '@rsync-io/aux-channel';
import { unpackLines } from './packed-lines.js';
import type { QueuedLines } from './protocol.js';

/** Lines of one connection that have arrived in the main thread: kept, published, or both. */
export class LineInbox {
  readonly #source: () => Pick<StderrLineMessage, 'label' | 'pid'>;
  /** 0: none are kept. Unit: lines. */
  readonly #capacity: number;
  #kept: StderrLine[] = [];
  #dropped = 0;

  constructor(source: () => Pick<StderrLineMessage, 'label' | 'pid'>, capacity: number) {
    this.#source = source;
    this.#capacity = capacity;
  }

  /** Lines that found no room here. */
  get dropped(): number {
    return this.#dropped;
  }

  accept({ lines, dropped }: QueuedLines): void {
    for (const line of unpackLines(lines)) {
      if (this.#kept.length < this.#capacity) this.#kept.push(line);
      else if (this.#capacity > 0) this.#dropped += 1;
      if (stderrLineChannel.hasSubscribers) {
        stderrLineChannel.publish({ ...this.#source(), line, dropped } satisfies StderrLineMessage);
      }
    }
  }

  take(): StderrLine[] {
    return this.#kept.splice(0);
  }
}
