import { WarningQueue } from '@rsync-io/aux-channel';
import { packLines } from '../packed-lines.js';
import type { QueuedLines, SpawnRequest } from '../protocol.js';
import { ConnectionSlot } from '../slots.js';

/** Holds the lines of one connection until the main thread fetches them. */
export class LineQueue extends WarningQueue {
  constructor(private readonly request: SpawnRequest) {
    super({ capacity: request.lineCapacity });
  }

  override get isIdle(): boolean {
    const { keepLines, slots } = this.request;
    return !keepLines && Atomics.load(slots, ConnectionSlot.linesWanted) === 0;
  }

  override accept(...batch: Parameters<WarningQueue['accept']>): void {
    const before = this.length;
    super.accept(...batch);
    Atomics.add(this.request.slots, ConnectionSlot.linesQueued, this.length - before);
  }

  takeAll(): QueuedLines {
    return { lines: packLines(this.take()), dropped: this.dropped };
  }
}
