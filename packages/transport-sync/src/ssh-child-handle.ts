import type { ExitStatus, StderrLine, StderrSnapshot } from '@rsync-io/aux-channel';
import { checkOptions, type WaitOptions, waitRules } from '@rsync-io/aux-channel/transport';
import { ChildEnding } from './child-ending.js';
import { DrainThreadLostError } from './errors.js';
import { exitStatusIn } from './exit-status-in.js';
import type { Connection } from './link/drain-link.js';
import type { FinalReport, RequestKind, Requests, SpawnRequest } from './protocol.js';
import { ReceivedStderr } from './received-stderr.js';
import { pidIn } from './slots.js';
import type { BlockingWire } from './wire/blocking-wire.js';

/** The process behind a connection. The holder must dispose of it, with `using` or {@link wait}. */
export class SshChildHandle implements Disposable {
  readonly #connection: Connection;
  readonly #wire: BlockingWire;
  readonly #stderr: ReceivedStderr;
  readonly #ending: ChildEnding;
  #final: FinalReport | null = null;
  #lost: Error | null = null;
  #disposed = false;

  /** @internal @param capacity number of lines kept for `takeWarnings()`; 0 for none */
  constructor(connection: Connection, label: string, wire: BlockingWire, capacity: number) {
    this.#connection = connection;
    this.#wire = wire;
    this.#stderr = new ReceivedStderr(connection, label, capacity);
    this.#ending = new ChildEnding(connection, this.#stderr);
    // The closures refer to `this`, so that a reader or writer keeps the handle from being collected.
    wire.owner = {
      checkAlive: () => this.#ending.checkAlive(),
      checkEnd: () => this.#ending.checkEnd(),
    };
    connection.link.adopt(connection, this, wire.ends);
  }

  get pid(): number {
    return pidIn(this.#connection.slots);
  }

  /** Requests the spawn of the child from the drain thread. Closes the wire if that fails. @internal */
  spawn(request: SpawnRequest) {
    const { link, id } = this.#connection;
    try {
      this.#stderr.request();
      const result = link.request('spawn', id, { request });
      link.endWithProcess(this.#connection);
      this.#wire.ends.close('childStdin', 'childStdout');
      this.#stderr.backend = result.backend;
      return result;
    } catch (error) {
      link.forget(id);
      this.#wire.close();
      throw error;
    }
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty if the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.stderrSnapshot().bytes;
  }

  /** May be called at any time. Never throws. */
  stderrSnapshot(): StderrSnapshot {
    return this.#stderr.snapshot();
  }

  /** Returns the lines of stderr since the last call, oldest first; none without the option `warnings`. */
  takeWarnings(): StderrLine[] {
    return this.#stderr.take();
  }

  /**
   * Returns the status if the child has exited, otherwise `null`. Never blocks.
   * @throws DrainThreadLostError
   */
  tryWait(): ExitStatus | null {
    this.#stderr.receive();
    const status = this.#final?.status ?? exitStatusIn(this.#connection.slots);
    if (status !== null) {
      this.#stderr.publishExit(status);
      this.#connection.link.forget(this.#connection.id);
      if (this.#wire.hasEnded) this.#wire.ends.close();
      return status;
    }
    if (this.#lost !== null) throw this.#lost;
    this.#connection.link.checkAlive();
    return null;
  }

  /**
   * Closes stdin, waits for the exit, completes the capture and prints a failure, subject to the option
   * `surface`. Does not wait for other processes that hold the child's descriptors. Discards unread
   * output: read to the end first if you need it. A second call returns the same status and prints nothing.
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
    if (!this.#isOver) this.#request('cancelConnectWatchdog', {});
  }

  /**
   * Closes the parent's end of stderr if another process still holds the child's fd 2 after the exit. A
   * later write of that process fails with EPIPE. No effect before the exit. Idempotent, never throws.
   */
  releaseStderr(): void {
    try {
      if (this.#lost === null) this.#request('releaseStderr', {});
    } catch {
      // The thread is lost, and its descriptors are closed.
    }
  }

  /** Sends a signal. Returns `false` if there was no process to send it to. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    if (this.#isOver || exitStatusIn(this.#connection.slots) !== null) return false;
    return this.#request('kill', { signal });
  }

  /**
   * Ends the child if it is running (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it, prints its
   * failure unless that was reported, and closes every descriptor. Safe to call twice.
   */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const isReleased = this.#final !== null && this.#final.snapshot.ended !== 'abandoned';
    try {
      if (this.#lost === null && !isReleased) {
        const report = this.#request('dispose', {});
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

  #request<Kind extends RequestKind>(
    kind: Kind,
    params: Requests[Kind]['params'],
    meanwhile?: () => number,
  ): Requests[Kind]['result'] {
    return this.#connection.link.request(kind, this.#connection.id, params, meanwhile);
  }

  get #isOver(): boolean {
    return this.#final !== null || this.#lost !== null;
  }

  #complete(surface: boolean, options: WaitOptions): FinalReport {
    const { timeoutMs = null } = checkOptions(options, waitRules);
    if (this.#lost !== null) throw this.#lost;
    const report = this.#final ?? this.#awaitExit(surface, timeoutMs);
    if (report.ending?.failsWait === true) throw this.#ending.reason();
    return report;
  }

  #awaitExit(surface: boolean, timeoutMs: number | null): FinalReport {
    this.#wire.ends.close('stdin');
    const report = this.#request('wait', { surface, timeoutMs }, () => {
      this.#stderr.receive();
      return this.#wire.discarded.discard();
    });
    this.#finish(report);
    this.#wire.finish();
    return report;
  }

  #finish(report: FinalReport): void {
    this.#final = report;
    this.#connection.link.forget(this.#connection.id);
    this.#ending.complete(report.ending);
    this.#stderr.complete(report);
  }

  /** @internal */
  onThreadLost(error: Error): void {
    this.#lost = error;
    this.#stderr.lose();
    this.#wire.close(error);
  }
}
