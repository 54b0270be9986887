import { RsyncIoError } from '@rsync-io/aux-channel';
import { exitStatusIn } from './exit-status-in.js';
import type { Connection } from './link/drain-link.js';
import type { EndingRecord } from './protocol.js';
import type { ReceivedStderr } from './received-stderr.js';
import { revivedError } from './revived-error.js';
import { ConnectionSlot, Ending, SLICE_MS } from './slots.js';

/** Whether and why this process ended a child. The drain thread decides and stores the reason. */
export class ChildEnding {
  #reason: Error | null = null;
  #isComplete = false;

  /** @param stderr its lines are fetched whenever the wire waits */
  constructor(
    private readonly connection: Connection,
    private readonly stderr: ReceivedStderr,
  ) {}

  /** Returns the same error on every call. Call it only if this process ended the child. */
  reason(): Error {
    if (this.#reason !== null) return this.#reason;
    const { link, id } = this.connection;
    const record = link.request('ending', id, {});
    if (record !== null) return (this.#reason = revivedError(record.reason));
    // The thread has sent the final report, but this thread has not received it yet.
    return new RsyncIoError('ERR_KILLED', 'The child was ended; its output may be incomplete.');
  }

  /** Stores the final reason, because the drain thread drops it together with the connection. */
  complete(record: EndingRecord | null): void {
    this.#isComplete = true;
    if (record !== null) this.#reason ??= revivedError(record.reason);
  }

  /** @throws the reason if a watchdog ended the child, or DrainThreadLostError */
  checkAlive(): void {
    this.stderr.receive();
    if (this.#kind === Ending.failure) throw this.reason();
    if (!this.#isComplete) this.connection.link.checkAlive();
  }

  /** @throws the reason if this process ended the child and it did not exit successfully */
  checkEnd(): void {
    const { slots } = this.connection;
    this.stderr.receive();
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

  get #kind(): number {
    return Atomics.load(this.connection.slots, ConnectionSlot.ending);
  }
}
