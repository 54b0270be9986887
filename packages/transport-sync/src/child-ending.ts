import { RsyncIoError } from '@rsync-io/aux-channel';
import { exitStatusIn } from './exit-status-in.js';
import type { LineInbox } from './line-inbox.js';
import type { DrainLink } from './link/drain-link.js';
import type { EndingRecord } from './protocol.js';
import { revivedError } from './revived-error.js';
import { ConnectionSlot, Ending, type Slots } from './slots.js';
import { SLICE_MS } from './wire/blocking-wire.js';

/** The parts of a {@link ChildEnding}. */
export interface ChildEndingParts {
  readonly link: DrainLink;
  readonly connection: number;
  readonly slots: Slots;
  /** Receives lines wherever the wire waits. */
  readonly lines: LineInbox;
}

/** Whether and why this process ended a child. The drain thread decides, and knows the reason. */
export class ChildEnding {
  readonly #parts: ChildEndingParts;
  #reason: Error | null = null;
  #isComplete = false;

  constructor(parts: ChildEndingParts) {
    this.#parts = parts;
  }

  /** The same error at every call. To be called only when this process ended the child. */
  reason(): Error {
    if (this.#reason !== null) return this.#reason;
    const { link, connection } = this.#parts;
    const record = link.request('ending', connection, {});
    return record === null ? endedDuringWait() : (this.#reason = revivedError(record.reason));
  }

  /** Accepts the final answer: the drain thread forgets it with the connection. */
  complete(record: EndingRecord | null): void {
    this.#isComplete = true;
    if (record !== null) this.#reason ??= revivedError(record.reason);
  }

  /** @throws the reason if a watchdog ended the child; DrainThreadLostError */
  checkAlive(): void {
    this.#parts.lines.receive();
    if (this.#kind === Ending.failure) throw this.reason();
    if (!this.#isComplete) this.#parts.link.checkAlive();
  }

  /** A stream that this process cut off does not end cleanly, unless the child succeeded all the same. */
  checkEnd(): void {
    const { lines, slots } = this.#parts;
    lines.receive();
    if (this.#kind === Ending.none) return;
    while (this.#kind !== Ending.failure) {
      const status = exitStatusIn(slots);
      if (status?.success === true) return;
      if (status !== null) break;
      this.checkAlive();
      Atomics.wait(slots, ConnectionSlot.exited, 0, SLICE_MS);
    }
    throw this.reason();
  }

  /** One of {@link Ending}. */
  get #kind(): number {
    return Atomics.load(this.#parts.slots, ConnectionSlot.ending);
  }
}

/** For a subscriber that reads while the final report is on its way. */
function endedDuringWait(): Error {
  return new RsyncIoError('ERR_KILLED', 'The child was ended; its output may be incomplete.');
}
