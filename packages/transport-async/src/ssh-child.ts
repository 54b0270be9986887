import type { ChildProcess } from 'node:child_process';
import {
  ConnectTimeoutError,
  exitChannel,
  type ExitStatus,
  IoTimeoutError,
  KILL_GRACE_MS,
  type SshCommand,
  type StderrAuxChannel,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import {
  childExitStatus,
  Deadline,
  inheritedSnapshot,
  killChild,
  Watchdog,
} from '@rsync-io/aux-channel/transport';
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
  readonly #command: SshCommand;
  readonly #child: ChildProcess;
  readonly #channel: StderrAuxChannel<Promise<void>> | null;
  readonly #wire: PipedWire | null;
  readonly #exit: Promise<ExitStatus>;
  #status: ExitStatus | null = null;
  /** Why the child was killed from here: a watchdog, or the abort signal. */
  #failure: { readonly reason: unknown } | null = null;
  #killTimer: NodeJS.Timeout | undefined;
  #connectWatchdog: Deadline | null = null;
  #ioWatchdog: Watchdog | null = null;
  #wait: Promise<ExitStatus> | null = null;
  #waitWithStderr: Promise<ExitStatus> | null = null;
  #disposal: Promise<void> | null = null;

  /** @internal */
  constructor(parts: SshChildParts) {
    this.#command = parts.command;
    this.#child = parts.child;
    this.#channel = parts.channel;
    this.#wire = parts.wire;
    this.pid = parts.child.pid as number;
    this.#exit = new Promise((resolve) => {
      parts.child.once('exit', (code, signal) => resolve(this.#onExit(code, signal)));
    });
    if (parts.wire !== null) this.#startWatchdogs(parts.wire);
    if (parts.signal !== undefined) this.#obey(parts.signal);
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty where the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.#channel?.collected() ?? new Uint8Array(0);
  }

  /** The captured bytes with their counters. */
  stderrSnapshot(): StderrSnapshot {
    return this.#channel?.snapshot() ?? inheritedSnapshot();
  }

  /** The status if the child has exited, else `null`. Never waits. */
  tryWait(): ExitStatus | null {
    return this.#status;
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
    this.#connectWatchdog?.cancel();
    this.#connectWatchdog = null;
  }

  /** Sends a signal. Returns `false` when there was no process to send it to. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    return this.#status === null && killChild(this.#child, signal);
  }

  /**
   * Ends the child if it still runs (SIGTERM, then SIGKILL after {@link KILL_GRACE_MS}), reaps it,
   * reports its own failure if nobody was told yet, and closes every descriptor. Safe twice.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    const failedByItself = this.#status !== null && this.#failure === null;
    if (this.#status === null) this.#terminate();
    const status = await this.#exit;
    const told = this.#wait !== null || this.#waitWithStderr !== null;
    if (failedByItself && !told) await this.#channel?.joinAndSurfaceOnError(status);
    else await this.#channel?.join();
    this.#channel?.shutdownRead();
    this.#wire?.destroy();
  }

  async #completed(surface: boolean): Promise<ExitStatus> {
    this.#wire?.closeStdin();
    const discarding = this.#discardUnreadOutput();
    const status = await this.#exit;
    if (surface) await this.#channel?.joinAndSurfaceOnError(status);
    else await this.#channel?.join();
    discarding();
    if (this.#failure !== null) throw this.#failure.reason;
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

  #onExit(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
    const status = childExitStatus(this.#child, code, signal);
    this.#status = status;
    clearTimeout(this.#killTimer);
    this.cancelConnectWatchdog();
    this.#ioWatchdog?.cancel();
    if (exitChannel.hasSubscribers) {
      const { label } = this.#command;
      exitChannel.publish({ label, pid: this.pid, status, stderr: this.stderrSnapshot() });
    }
    return status;
  }

  #startWatchdogs(wire: PipedWire): void {
    const { label, connectTimeoutMs, ioTimeoutMs } = this.#command;
    const fail = (ErrorClass: typeof ConnectTimeoutError | typeof IoTimeoutError, ms: number) =>
      this.#fail(new ErrorClass(label, { timeoutMs: ms, stderr: this.stderrOutput() }));
    if (connectTimeoutMs !== null) {
      this.#connectWatchdog = new Deadline(connectTimeoutMs, () => {
        if (wire.bytesReceived === 0) fail(ConnectTimeoutError, connectTimeoutMs);
      });
    }
    if (ioTimeoutMs !== null) {
      this.#ioWatchdog = new Watchdog(
        ioTimeoutMs,
        () => wire.progress(),
        () => fail(IoTimeoutError, ioTimeoutMs),
      );
    }
  }

  #obey(signal: AbortSignal): void {
    const abort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void this.#exit.then(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  }

  #fail(reason: unknown): void {
    if (this.#status !== null || this.#failure !== null) return;
    this.#failure = { reason };
    this.#terminate();
  }

  #terminate(): void {
    killChild(this.#child, 'SIGTERM');
    this.#killTimer ??= setTimeout(() => killChild(this.#child, 'SIGKILL'), KILL_GRACE_MS);
  }
}
