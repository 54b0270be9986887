import { WarningQueue } from '@rsync-io/aux-channel';
import { packLines } from '../packed-lines.js';
import type { QueuedLines, SpawnRequest } from '../protocol.js';
import { ConnectionSlot, type Slots } from '../slots.js';

/** Holds the lines of one connection until the main thread fetches them. */
export class LineQueue extends WarningQueue {
  readonly #slots: Slots;
  readonly #keepLines: boolean;

  constructor({ slots, lineCapacity, keepLines }: SpawnRequest) {
    super({ capacity: lineCapacity });
    this.#slots = slots;
    this.#keepLines = keepLines;
  }

  override get isIdle(): boolean {
    return !this.#keepLines && Atomics.load(this.#slots, ConnectionSlot.linesWanted) === 0;
  }

  override accept(...batch: Parameters<WarningQueue['accept']>): void {
    const before = this.length;
    super.accept(...batch);
    Atomics.add(this.#slots, ConnectionSlot.linesQueued, this.length - before);
  }

  takeAll(): QueuedLines {
    return { lines: packLines(this.take()), dropped: this.dropped };
  }
}
