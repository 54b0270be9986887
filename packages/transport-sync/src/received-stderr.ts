import {
  exitChannel,
  type ExitStatus,
  type StderrLine,
  stderrLineChannel,
  type StderrLineMessage,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import { inheritedSnapshot, InOrder } from '@rsync-io/aux-channel/transport';
import { DrainThreadLostError } from './errors.js';
import type { Connection } from './link/drain-link.js';
import { unpackLines } from './packed-lines.js';
import type { FinalReport, QueuedLines } from './protocol.js';
import { ConnectionSlot, pidIn } from './slots.js';

/** The part of a child's stderr that the main thread has received. Publishes the lines, then the exit. */
export class ReceivedStderr {
  /** If a subscriber's calls fetch more lines, they are published after the current ones. */
  readonly #publishing = new InOrder();
  #snapshot = inheritedSnapshot();
  #linesSeen = 0;
  #isComplete = false;
  #exitPublished = false;
  #kept: StderrLine[] = [];
  #dropped = 0;

  /** @param capacity number of lines to keep; 0 for none */
  constructor(
    private readonly connection: Connection,
    private readonly label: string,
    private readonly capacity: number,
  ) {}

  set backend(backend: StderrSnapshot['backend']) {
    this.#snapshot = { ...this.#snapshot, backend };
  }

  /** Never throws. */
  snapshot(): StderrSnapshot {
    const { link, id } = this.connection;
    try {
      if (!this.#isComplete) this.#snapshot = link.request('snapshot', id, {});
    } catch {
      // The thread is lost. The last snapshot is returned.
    }
    const { bytes, droppedWarnings: inThread } = this.#snapshot;
    const droppedWarnings = this.capacity === 0 ? 0 : inThread + this.#dropped;
    return { ...this.#snapshot, bytes: bytes.slice(), droppedWarnings };
  }

  request(): boolean {
    const wanted = stderrLineChannel.hasSubscribers;
    Atomics.store(this.connection.slots, ConnectionSlot.linesWanted, wanted ? 1 : 0);
    return wanted;
  }

  /** Fetches and publishes the lines that the thread has queued, if there are subscribers. */
  receive(): void {
    if (this.request()) this.#fetch();
  }

  /** Returns the lines that were kept since the last call. */
  take(): StderrLine[] {
    if (this.request() || this.capacity > 0) this.#fetch();
    return this.#kept.splice(0);
  }

  /** Nothing is fetched after this call. */
  complete({ snapshot, queued, status }: FinalReport): void {
    this.#isComplete = true;
    this.#snapshot = snapshot;
    this.#accept(queued);
    this.publishExit(status);
  }

  /** The thread is lost. Nothing is fetched after this call. */
  lose(): void {
    this.#isComplete = true;
    if (this.#snapshot.ended === null) this.#snapshot = { ...this.#snapshot, ended: 'error' };
  }

  /** Publishes the exit once, after the lines that came before it. */
  publishExit(status: ExitStatus): void {
    if (this.#exitPublished) return;
    this.#exitPublished = true;
    if (!exitChannel.hasSubscribers) return;
    const pid = pidIn(this.connection.slots);
    const message = { label: this.label, pid, status, stderr: this.snapshot() };
    this.#publishing.run(() => exitChannel.publish(message));
  }

  #fetch(): void {
    const { link, id, slots } = this.connection;
    const queued = Atomics.load(slots, ConnectionSlot.linesQueued);
    if (this.#isComplete || queued === this.#linesSeen) return;
    // Set before the request, because a subscriber may call this again.
    this.#linesSeen = queued;
    try {
      this.#accept(link.request('lines', id, {}));
    } catch (error) {
      // The caller's own request reports the loss.
      if (!(error instanceof DrainThreadLostError)) throw error;
    }
  }

  #accept({ lines, dropped }: QueuedLines): void {
    const all = unpackLines(lines);
    for (const line of all) {
      if (this.#kept.length < this.capacity) this.#kept.push(line);
      else if (this.capacity > 0) this.#dropped += 1;
    }
    this.#publishing.run(() => {
      const source = { label: this.label, pid: pidIn(this.connection.slots) };
      for (const line of all) {
        stderrLineChannel.publish({ ...source, line, dropped } satisfies StderrLineMessage);
      }
    });
  }
}
