import type { ChildProcess } from 'node:child_process';
import type {
  ExitStatus,
  SshCommand,
  StderrAuxChannel,
  StderrSnapshot,
} from '@rsync-io/aux-channel';
import { failsWait, SupervisedChild } from '@rsync-io/aux-channel/transport';
import type { PipedWire } from './wire.js';

/** What a child is made of. @internal */
export interface SshChildParts {
  readonly command: SshCommand;
  readonly child: ChildProcess;
  readonly channel: StderrAuxChannel<Promise<void>> | null;
  readonly wire: PipedWire | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * The process behind a transport: its stderr, its end, and the watchdogs. Whoever has it disposes of
 * it, by `await using` or {@link wait}.
 */
export class AsyncSshChild implements AsyncDisposable {
  readonly pid: number;
  readonly #supervised: SupervisedChild;
  readonly #wire: PipedWire | null;
  #wait: Promise<ExitStatus> | null = null;
  #waitWithStderr: Promise<ExitStatus> | null = null;
  #disposal: Promise<void> | null = null;

  /** @internal */
  constructor({ signal, ...parts }: SshChildParts) {
    this.#wire = parts.wire;
    this.#supervised = new SupervisedChild(parts);
    this.pid = this.#supervised.pid;
    if (signal !== undefined) this.#obey(signal);
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty where the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.stderrSnapshot().bytes;
  }

  /** The captured bytes with their counters. */
  stderrSnapshot(): StderrSnapshot {
    return this.#supervised.snapshot();
  }

  /** The status if the child has exited, else `null`. Never waits. */
  tryWait(): ExitStatus | null {
    return this.#supervised.status;
  }

  /**
   * Closes stdin, waits for the exit, completes the capture, and reports a failure on stderr as
   * `surface` says. Returns at once when the child has exited, whoever still holds its descriptors.
   * Output that nobody reads is discarded. May be called again: same result, nothing printed twice.
   * @throws ConnectTimeoutError | IoTimeoutError when a watchdog killed the child
   * @throws the reason of the abort signal
   */
  wait(): Promise<ExitStatus> {
    return (this.#wait ??= this.#waitWithStderr ?? this.#completed(true));
  }

  /** As {@link wait}, but the caller gets the stderr, so nothing is printed. */
  async waitWithStderr(): Promise<{ status: ExitStatus; stderr: Uint8Array }> {
    const status = await (this.#waitWithStderr ??= this.#wait ?? this.#completed(false));
    return { status, stderr: this.stderrOutput() };
  }

  /** The connection is known to work: from now on only the I/O watchdog counts. Idempotent. */
  cancelConnectWatchdog(): void {
    this.#supervised.cancelConnectWatchdog();
  }

  /** Sends a signal. Returns `false` when there was no process to send it to. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    return this.#supervised.kill(signal);
  }

  /**
   * Ends the child if it still runs (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it,
   * reports its own failure if nobody was told yet, and closes every descriptor. Safe twice.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    await this.#supervised.dispose();
    this.#wire?.destroy();
  }

  async #completed(surface: boolean): Promise<ExitStatus> {
    this.#wire?.closeStdin();
    const discarding = this.#discardUnreadOutput();
    const status = await this.#supervised.complete(surface);
    discarding();
    const { ending } = this.#supervised;
    if (ending !== null && failsWait(ending)) throw ending.reason;
    return status;
  }

  /**
   * Output that nobody reads must not keep the child from exiting. A reader that attaches within
   * the same turn as `wait()` is still in time. Returns what is to be done after the exit.
   */
  #discardUnreadOutput(): () => void {
    const wire = this.#wire;
    if (wire === null) return () => {};
    let discarding = false;
    setImmediate(() => {
      if (wire.isRead) return;
      discarding = true;
      wire.stdout.resume();
    });
    // Another process that holds stdout must not keep this one alive.
    return () => discarding && wire.stdout.destroy();
  }

  #obey(signal: AbortSignal): void {
    const abort = () => this.#supervised.end({ by: 'abort', reason: signal.reason });
    signal.addEventListener('abort', abort, { once: true });
    void this.#supervised.exited.then(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  }
}
