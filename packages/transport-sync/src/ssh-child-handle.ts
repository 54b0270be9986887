import {
  exitChannel,
  type ExitStatus,
  type SshCommand,
  type StderrLine,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import { checkOptions, inheritedSnapshot } from '@rsync-io/aux-channel/transport';
import { ChildEnding } from './child-ending.js';
import { DrainThreadLostError } from './errors.js';
import { exitStatusIn } from './exit-status-in.js';
import { LineInbox } from './line-inbox.js';
import type { DrainLink } from './link/drain-link.js';
import type { LiveConnection } from './link/live-connections.js';
import { releaseWhenLost } from './link/release-lost-handle.js';
import { type WaitOptions, waitRules } from './options.js';
import type { FinalReport, SpawnRequest } from './protocol.js';
import { ConnectionSlot, type Slots } from './slots.js';
import type { BlockingWire } from './wire/blocking-wire.js';

/** What {@link SshChildHandle} needs to spawn a child. @internal */
export interface SshChildParts {
  readonly command: SshCommand;
  readonly link: DrainLink;
  readonly slots: Slots;
  readonly wire: BlockingWire;
  /** Number of lines kept for `takeWarnings()`; 0 for none. */
  readonly capacity: number;
}

/**
 * The process behind a connection: its stderr, its exit, and its watchdogs, which run in the drain
 * thread. The holder must dispose of it, with `using` or {@link wait}.
 */
export class SshChildHandle implements Disposable {
  readonly #label: string;
  readonly #link: DrainLink;
  /** The ID of the connection in requests to the drain thread. */
  readonly #connection: number;
  readonly #slots: Slots;
  readonly #wire: BlockingWire;
  readonly #lines: LineInbox;
  readonly #ending: ChildEnding;
  #snapshot: StderrSnapshot = inheritedSnapshot();
  #final: FinalReport | null = null;
  #lost: Error | null = null;
  #exitPublished = false;
  #disposed = false;

  /** @internal */
  constructor({ command, link, slots, wire, capacity }: SshChildParts) {
    this.#label = command.label;
    this.#link = link;
    this.#connection = link.nextConnection();
    this.#slots = slots;
    this.#wire = wire;
    const connection = this.#connection;
    this.#lines = new LineInbox({ label: command.label, link, connection, slots, capacity });
    this.#ending = new ChildEnding({ link, connection, slots, lines: this.#lines });
    // Through `this`: a caller who keeps only the reader or the writer keeps the handle alive.
    wire.owner = {
      checkAlive: () => this.#ending.checkAlive(),
      checkEnd: () => this.#ending.checkEnd(),
    };
    link.adopt(connection, liveConnection(slots, new WeakRef(this)));
    releaseWhenLost(this, { link, connection, ends: wire.ends });
  }

  get pid(): number {
    return Atomics.load(this.#slots, ConnectionSlot.pid);
  }

  /** Requests the spawn of the child from the drain thread. Closes the wire if that fails. @internal */
  spawn(request: SpawnRequest) {
    try {
      this.#lines.request();
      const result = this.#link.request('spawn', this.#connection, { request });
      this.#link.endWithProcess(this.#connection, this.#slots);
      this.#wire.ends.closeChild();
      this.#snapshot = { ...this.#snapshot, backend: result.backend };
      return result;
    } catch (error) {
      this.#link.forget(this.#connection);
      this.#wire.close();
      throw error;
    }
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty where the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.stderrSnapshot().bytes;
  }

  /** The captured bytes with their counters. May be called at any time. Never throws. */
  stderrSnapshot(): StderrSnapshot {
    if (!this.#isOver) {
      try {
        this.#snapshot = this.#link.request('snapshot', this.#connection, {});
      } catch {
        // The thread is lost, so only its last snapshot is available.
      }
    }
    const { bytes, droppedWarnings } = this.#snapshot;
    const dropped = this.#lines.droppedWith(droppedWarnings);
    return { ...this.#snapshot, bytes: bytes.slice(), droppedWarnings: dropped };
  }

  /** Returns the lines of stderr since the last call, oldest first; none without the option `warnings`. */
  takeWarnings(): StderrLine[] {
    return this.#lines.take();
  }

  /**
   * Returns the status if the child has exited, otherwise `null`. Never blocks.
   * @throws DrainThreadLostError
   */
  tryWait(): ExitStatus | null {
    this.#lines.receive();
    const status = this.#final?.status ?? exitStatusIn(this.#slots);
    if (status !== null) {
      this.#publishExit(status);
      this.#releaseIfDone();
    } else if (this.#lost !== null) {
      throw this.#lost;
    } else {
      this.#link.checkAlive();
    }
    return status;
  }

  /**
   * Closes stdin, waits for the exit, completes the capture and prints a failure on stderr, depending on
   * `surface`. Returns as soon as the child has exited, even if other processes still hold its
   * descriptors. Discards unread output: read to the end first if you need it. A second call returns the
   * same status and prints nothing.
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  wait(options: WaitOptions = {}): ExitStatus {
    return this.#complete(true, options).status;
  }

  /** Like {@link wait}, but returns the captured stderr and prints nothing. */
  waitWithStderr(options: WaitOptions = {}): { status: ExitStatus; stderr: Uint8Array } {
    const { status } = this.#complete(false, options);
    return { status, stderr: this.stderrOutput() };
  }

  /** Turns the connect watchdog off; from now on only the I/O watchdog applies. Idempotent. */
  cancelConnectWatchdog(): void {
    if (!this.#isOver) this.#link.request('cancelConnectWatchdog', this.#connection, {});
  }

  /**
   * Closes the parent's end of stderr, which otherwise stays open after the exit as long as another
   * process holds the child's fd 2. A later write by such a process fails with EPIPE. Has no effect
   * before the exit. Idempotent, never throws.
   */
  releaseStderr(): void {
    if (this.#lost !== null) return;
    try {
      this.#link.request('releaseStderr', this.#connection, {});
    } catch {
      // A lost thread has nothing open.
    }
  }

  /** Sends a signal. Returns `false` if there was no process to send it to. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    if (this.#isOver || exitStatusIn(this.#slots) !== null) return false;
    return this.#link.request('kill', this.#connection, { signal });
  }

  /**
   * Ends the child if it is still running (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it,
   * prints its failure unless that was already reported, and closes every descriptor. Safe to call
   * twice.
   */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const abandoned = this.#snapshot.ended === 'abandoned';
    try {
      if (this.#lost === null && (this.#final === null || abandoned)) {
        const report = this.#link.request('dispose', this.#connection, {});
        if (report !== null) this.#finish(report);
      }
    } catch (error) {
      // If the thread is lost, there is nothing left to dispose of.
      if (!(error instanceof DrainThreadLostError)) throw error;
    } finally {
      const isCut = this.#final?.ending != null && !this.#wire.hasEnded;
      this.#wire.close(isCut ? this.#ending.reason() : null);
    }
  }

  get #isOver(): boolean {
    return this.#final !== null || this.#lost !== null;
  }

  #complete(surface: boolean, options: WaitOptions): FinalReport {
    const { timeoutMs = null } = checkOptions(options, waitRules);
    if (this.#lost !== null) throw this.#lost;
    if (this.#final === null) {
      this.#wire.closeStdin();
      const discard = () => {
        this.#lines.receive();
        return this.#wire.discard();
      };
      const params = { surface, timeoutMs };
      this.#finish(this.#link.request('wait', this.#connection, params, discard));
      this.#wire.finish();
    }
    const report = this.#final as unknown as FinalReport;
    if (report.ending?.failsWait === true) throw this.#ending.reason();
    return report;
  }

  #finish(report: FinalReport): void {
    this.#final = report;
    this.#snapshot = report.snapshot;
    this.#link.forget(this.#connection);
    this.#ending.complete(report.ending);
    this.#lines.complete(report.queued);
    this.#publishExit(report.status);
  }

  /** Closes the descriptors once the child has exited and its output was read to the end. */
  #releaseIfDone(): void {
    this.#link.forget(this.#connection);
    if (this.#wire.hasEnded) this.#wire.ends.close();
  }

  #publishExit(status: ExitStatus): void {
    if (this.#exitPublished) return;
    this.#exitPublished = true;
    if (!exitChannel.hasSubscribers) return;
    const message = { label: this.#label, pid: this.pid, status, stderr: this.stderrSnapshot() };
    this.#lines.afterLines(() => exitChannel.publish(message));
  }

  /** Called when the drain thread is lost and the child has been ended. @internal */
  onThreadLost(error: Error): void {
    this.#lost = error;
    this.#lines.complete(null);
    if (this.#snapshot.ended === null) this.#snapshot = { ...this.#snapshot, ended: 'error' };
    this.#wire.close(error);
  }
}

/** A function of its own: a closure made in the constructor would keep the handle alive, weak reference or not. */
function liveConnection(slots: Slots, handle: WeakRef<SshChildHandle>): LiveConnection {
  return {
    slots,
    isUnreachable: () => handle.deref() === undefined,
    onThreadLost: (error) => handle.deref()?.onThreadLost(error),
  };
}
