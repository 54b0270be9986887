import { constants as osConstants } from 'node:os';
import {
  ConnectTimeoutError,
  exitChannel,
  type ExitStatus,
  exitStatus,
  IoTimeoutError,
  type SshCommand,
  type StderrLine,
  stderrLineChannel,
  type StderrLineMessage,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import { DrainThreadLostError } from './errors.js';
import type { DrainLink } from './link/drain-link.js';
import { unpackLines } from './packed-lines.js';
import type { FinalReport, LinesToPublish } from './protocol.js';
import { ConnectionSlot, Exited, Failure, type Slots } from './slots.js';
import type { BlockingWire, Vigil } from './wire/blocking-wire.js';

/** What a child is made of. @internal */
export interface SshChildParts {
  readonly command: SshCommand;
  readonly pid: number;
  readonly backend: StderrSnapshot['backend'];
  readonly link: DrainLink;
  /** Its number in requests to the drain thread. */
  readonly connection: number;
  readonly slots: Slots;
  readonly wire: BlockingWire;
  /** What the thread was told at the start about subscribers to lines. */
  readonly publishesLines: boolean;
}

/**
 * The process behind a connection: its stderr, its end, and the watchdogs, which live in the drain
 * thread. Whoever has it disposes of it, by `using` or {@link wait}.
 */
export class SshChildHandle implements Disposable {
  readonly pid: number;
  readonly #command: SshCommand;
  readonly #link: DrainLink;
  readonly #connection: number;
  readonly #slots: Slots;
  readonly #wire: BlockingWire;
  #snapshot: StderrSnapshot;
  #lines: StderrLine[] = [];
  #final: FinalReport | null = null;
  #failure: Error | null = null;
  #lost: Error | null = null;
  #exitTold = false;
  /** Whether the thread keeps lines for `rsync-io:stderr:line`, and how many of them it has told of. */
  #publishesLines: boolean;
  #linesSeen = 0;
  #disposed = false;

  /** @internal */
  constructor(parts: SshChildParts) {
    this.pid = parts.pid;
    this.#command = parts.command;
    this.#link = parts.link;
    this.#connection = parts.connection;
    this.#slots = parts.slots;
    this.#wire = parts.wire;
    this.#publishesLines = parts.publishesLines;
    this.#snapshot = {
      bytes: new Uint8Array(0),
      totalBytes: 0,
      discardedBytes: 0,
      droppedWarnings: 0,
      backend: parts.backend,
      ended: null,
    };
    parts.link.adopt(parts.connection, {
      pid: parts.pid,
      slots: parts.slots,
      onThreadLost: (error) => this.#onThreadLost(error),
    });
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty where the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.stderrSnapshot().bytes;
  }

  /** The captured bytes with their counters. Any time, never throws. */
  stderrSnapshot(): StderrSnapshot {
    if (this.#final === null && this.#lost === null) {
      try {
        this.#snapshot = this.#link.request('snapshot', this.#connection, {});
      } catch {
        // The thread is lost: what it told last is what there is.
      }
    }
    return { ...this.#snapshot, bytes: this.#snapshot.bytes.slice() };
  }

  /** Lines that came since the last call, oldest first; none without the option `warnings`. */
  takeWarnings(): StderrLine[] {
    this.#publishLines();
    if (this.#final === null && this.#lost === null) {
      return unpackLines(this.#link.request('lines', this.#connection, {}));
    }
    return this.#lines.splice(0);
  }

  /** The status if the child has exited, else `null`. Never waits. */
  tryWait(): ExitStatus | null {
    this.#publishLines();
    const status = this.#final?.status ?? statusIn(this.#slots);
    if (status !== null) this.#tellExit(status);
    else if (this.#lost !== null) throw this.#lost;
    return status;
  }

  /**
   * Closes stdin, waits for the exit, completes the capture, and reports a failure on stderr as
   * `surface` says. Returns at once when the child has exited, whoever still holds its descriptors.
   * Output that was not read is discarded. May be called again: same result, nothing printed twice.
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws DrainThreadLostError
   */
  wait(): ExitStatus {
    return this.#complete(true).status;
  }

  /** As {@link wait}, but the caller gets the stderr, so nothing is printed. */
  waitWithStderr(): { status: ExitStatus; stderr: Uint8Array } {
    const { status } = this.#complete(false);
    return { status, stderr: this.stderrOutput() };
  }

  /** The connection is known to work: from now on only the I/O watchdog counts. Idempotent. */
  cancelConnectWatchdog(): void {
    if (this.#isOver) return;
    this.#link.request('cancelConnectWatchdog', this.#connection, {});
  }

  /** Sends a signal. Returns `false` when there was no process to send it to. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    if (this.#isOver || statusIn(this.#slots) !== null) return false;
    return this.#link.request('kill', this.#connection, { signal });
  }

  /**
   * Ends the child if it still runs (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it, reports
   * its own failure if nobody was told yet, and closes every descriptor. Safe twice.
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
      // A lost thread left nothing behind to dispose of.
      if (!(error instanceof DrainThreadLostError)) throw error;
    } finally {
      this.#wire.close();
    }
  }

  /** For a wait on the wire. @internal */
  vigil(): Vigil {
    this.#publishLines();
    let threadVigil: Vigil | undefined;
    return () => {
      this.#publishLines();
      if (this.#hasFailed) throw this.#watchdogError();
      (threadVigil ??= this.#link.vigil())();
    };
  }

  get #isOver(): boolean {
    return this.#final !== null || this.#lost !== null;
  }

  get #hasFailed(): boolean {
    return Atomics.load(this.#slots, ConnectionSlot.failure) !== Failure.none;
  }

  #complete(surface: boolean): FinalReport {
    if (this.#lost !== null) throw this.#lost;
    if (this.#final === null) {
      this.#wire.closeStdin();
      const discard = () => {
        this.#publishLines();
        return this.#wire.discard();
      };
      this.#finish(this.#link.request('wait', this.#connection, { surface }, discard));
      this.#wire.finish();
    }
    if (this.#hasFailed) throw this.#watchdogError();
    return this.#final as unknown as FinalReport;
  }

  #finish(report: FinalReport): void {
    const first = this.#final === null;
    this.#final = report;
    this.#snapshot = report.snapshot;
    this.#lines = this.#lines.concat(unpackLines(report.lines));
    this.#link.forget(this.#connection);
    this.#tellLines(report.toPublish);
    if (first) this.#tellExit(report.status);
  }

  #watchdogError(): Error {
    if (this.#failure !== null) return this.#failure;
    const { label, connectTimeoutMs, ioTimeoutMs } = this.#command;
    const stderr = this.stderrOutput();
    const connecting = Atomics.load(this.#slots, ConnectionSlot.failure) === Failure.connectTimeout;
    return (this.#failure = connecting
      ? new ConnectTimeoutError(label, { timeoutMs: connectTimeoutMs ?? 0, stderr })
      : new IoTimeoutError(label, { timeoutMs: ioTimeoutMs ?? 0, stderr }));
  }

  /**
   * Publishes the lines that the thread has kept for this one. Called wherever the caller comes by, and
   * in the waits; without subscribers it costs one look.
   */
  #publishLines(): void {
    const wanted = stderrLineChannel.hasSubscribers;
    if (!wanted && !this.#publishesLines) return;
    if (this.#isOver) return;
    const queued = Atomics.load(this.#slots, ConnectionSlot.linesToPublish);
    if (wanted === this.#publishesLines && queued === this.#linesSeen) return;
    // First of all: what a subscriber asks for comes through here again.
    this.#publishesLines = wanted;
    this.#linesSeen = queued;
    try {
      this.#tellLines(this.#link.request('publishLines', this.#connection, { wanted }));
    } catch (error) {
      // Who asked for something else is told by that.
      if (!(error instanceof DrainThreadLostError)) throw error;
    }
  }

  #tellLines({ lines, dropped }: LinesToPublish): void {
    const { label } = this.#command;
    for (const line of unpackLines(lines)) {
      const message: StderrLineMessage = { label, pid: this.pid, line, dropped };
      stderrLineChannel.publish(message);
    }
  }

  #tellExit(status: ExitStatus): void {
    if (this.#exitTold) return;
    this.#exitTold = true;
    if (!exitChannel.hasSubscribers) return;
    const { label } = this.#command;
    exitChannel.publish({ label, pid: this.pid, status, stderr: this.stderrSnapshot() });
  }

  #onThreadLost(error: Error): void {
    this.#lost = error;
    if (this.#snapshot.ended === null) this.#snapshot = { ...this.#snapshot, ended: 'error' };
    this.#wire.close(error);
  }
}

function statusIn(slots: Slots): ExitStatus | null {
  const exited = Atomics.load(slots, ConnectionSlot.exited);
  if (exited === Exited.no) return null;
  const value = Atomics.load(slots, ConnectionSlot.exitValue);
  return exited === Exited.withCode ? exitStatus(value >>> 0) : exitStatus(null, signalName(value));
}

function signalName(number: number): NodeJS.Signals {
  const known = Object.entries(osConstants.signals).find(([, value]) => value === number);
  return (known?.[0] ?? `SIG${number}`) as NodeJS.Signals;
}
