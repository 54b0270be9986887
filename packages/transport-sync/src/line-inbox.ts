import { type StderrLine, stderrLineChannel, type StderrLineMessage } from '@rsync-io/aux-channel';
import { InOrder } from '@rsync-io/aux-channel/transport';
import { DrainThreadLostError } from './errors.js';
import type { DrainLink } from './link/drain-link.js';
import { unpackLines } from './packed-lines.js';
import type { QueuedLines } from './protocol.js';
import { ConnectionSlot, type Slots } from './slots.js';

/** The parts of a {@link LineInbox}. */
export interface LineInboxParts {
  readonly label: string;
  readonly link: DrainLink;
  readonly connection: number;
  readonly slots: Slots;
  /** 0: no lines are kept. Unit: lines. */
  readonly capacity: number;
}

/** Fetches, keeps and publishes the stderr lines of one connection in the main thread. */
export class LineInbox {
  readonly #parts: LineInboxParts;
  /** A subscriber may bring more lines by its calls: they come after those it is being given. */
  readonly #publishing = new InOrder();
  #seen = 0;
  #isComplete = false;
  #kept: StderrLine[] = [];
  #dropped = 0;

  constructor(parts: LineInboxParts) {
    this.#parts = parts;
  }

  /**
   * Number of lines that were not kept; `inThread` of these did not fit into the queue of the drain
   * thread.
   */
  droppedWith(inThread: number): number {
    return this.#parts.capacity === 0 ? 0 : inThread + this.#dropped;
  }

  /** Informs the thread whether this process has subscribers. */
  request(): boolean {
    const wanted = stderrLineChannel.hasSubscribers;
    Atomics.store(this.#parts.slots, ConnectionSlot.linesWanted, wanted ? 1 : 0);
    return wanted;
  }

  /** Fetches and publishes the lines that the thread has queued, if there are subscribers. */
  receive(): void {
    if (this.request()) this.#fetch();
  }

  /** Returns the lines that were kept since the last call. */
  take(): StderrLine[] {
    if (this.request() || this.#parts.capacity > 0) this.#fetch();
    return this.#kept.splice(0);
  }

  /** Accepts the last lines. Nothing is fetched after this call. */
  complete(last: QueuedLines | null): void {
    this.#isComplete = true;
    if (last !== null) this.#accept(last);
  }

  /** Publishes something after the lines that came before it. */
  afterLines(publish: () => void): void {
    this.#publishing.run(publish);
  }

  #fetch(): void {
    const { link, connection, slots } = this.#parts;
    const queued = Atomics.load(slots, ConnectionSlot.linesQueued);
    if (this.#isComplete || queued === this.#seen) return;
    // Set before the request, because a subscriber may call this again.
    this.#seen = queued;
    try {
      this.#accept(link.request('lines', connection, {}));
    } catch (error) {
      // The caller's own request reports the loss.
      if (!(error instanceof DrainThreadLostError)) throw error;
    }
  }

  #accept({ lines, dropped }: QueuedLines): void {
    const { label, capacity, slots } = this.#parts;
    const all = unpackLines(lines);
    for (const line of all) {
      if (this.#kept.length < capacity) this.#kept.push(line);
      else if (capacity > 0) this.#dropped += 1;
    }
    this.afterLines(() => {
      const pid = Atomics.load(slots, ConnectionSlot.pid);
      for (const line of all) {
        stderrLineChannel.publish({ label, pid, line, dropped } satisfies StderrLineMessage);
      }
    });
  }
}
