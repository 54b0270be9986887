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
  /** Its lines are fetched whenever the wire waits. */
  readonly lines: LineInbox;
}

/** Whether and why this process ended a child. The drain thread makes the decision and holds the reason. */
export class ChildEnding {
  readonly #parts: ChildEndingParts;
  #reason: Error | null = null;
  #isComplete = false;

  constructor(parts: ChildEndingParts) {
    this.#parts = parts;
  }

  /** Returns the same error on every call. Call it only if this process ended the child. */
  reason(): Error {
    if (this.#reason !== null) return this.#reason;
    const { link, connection } = this.#parts;
    const record = link.request('ending', connection, {});
    return record === null ? endedDuringWait() : (this.#reason = revivedError(record.reason));
  }

  /** Stores the final reason, because the drain thread drops it together with the connection. */
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

  /**
   * If this process ended the child, the stream ends with an error, unless the child still exited
   * successfully.
   */
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

/** Used when a subscriber reads before the final report has arrived. */
function endedDuringWait(): Error {
  return new RsyncIoError('ERR_KILLED', 'The child was ended; its output may be incomplete.');
}
