import { type ExitStatus, type StderrSnapshot, TransportStateError } from '@rsync-io/aux-channel';
import {
  checkOptions,
  endingByDisposal,
  endingByWaitTimeout,
  endWithProcess,
  failsWait,
  onAbort,
  SupervisedChild,
  type WaitOptions,
  waitRules,
} from '@rsync-io/aux-channel/transport';
import type { PipedWire, WireProgress } from './wire.js';

/** @internal */
export type SshChildParts = ConstructorParameters<typeof SupervisedChild>[0] & {
  readonly wire: PipedWire | null;
  readonly signal: AbortSignal | undefined;
};

/** The process behind a transport. The holder must dispose of it, with `await using` or {@link wait}. */
export class AsyncSshChild implements AsyncDisposable {
  readonly pid: number;
  /** Resolves when the child exits. Has no effect on stdin or unread output. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly #parts: SshChildParts;
  readonly #supervised: SupervisedChild;
  readonly #wire: PipedWire | null;
  /** The reason of an abort that came after the exit, while a reader was still receiving output. */
  #lateAbort: { readonly reason: unknown } | null = null;
  #stopObeying: () => void = () => {};
  #completion: Promise<ExitStatus> | null = null;
  #disposal: Promise<void> | null = null;

  /** @internal */
  constructor(parts: SshChildParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
    this.#supervised = new SupervisedChild({ ...parts, onExit: (status) => this.#onExit(status) });
    this.pid = this.#supervised.pid;
    this.exited = this.#supervised.exited;
    const { reader } = parts.wire ?? {};
    if (reader) reader.trustsEnd = () => this.#supervised.ending === null;
    void this.exited.then(endWithProcess(this.pid));
    if (parts.signal !== undefined) this.#obey(parts.signal);
  }

  /** The newest captured bytes, at most `STDERR_BUFFER_CAP`; empty if the child inherits fd 2. */
  stderrOutput(): Uint8Array {
    return this.stderrSnapshot().bytes;
  }

  stderrSnapshot(): StderrSnapshot {
    return this.#supervised.snapshot();
  }

  /** Number of bytes transferred so far; `null` with `wire: 'inherit'`. */
  progress(): WireProgress | null {
    return this.#wire?.counters ?? null;
  }

  /** Returns the status if the child has exited, otherwise `null`. Never waits. */
  tryWait(): ExitStatus | null {
    return this.#supervised.status;
  }

  /**
   * Closes stdin, waits for the exit, delivers stdout to its reader, completes the capture and prints a
   * failure, subject to the option `surface`. Does not wait for other processes that hold the child's
   * descriptors. Later calls have the same result and print nothing. Stdin is not closed while you write
   * to it (see the README). If stdout has no reader by the next turn of the event loop, its output is
   * discarded, so that the child can exit. A slow reader delays this call.
   * @throws ConnectTimeoutError | IoTimeoutError if a watchdog ended the child
   * @throws the reason of the abort signal
   * @throws TransportStateError if data was written to stdin after this call closed it
   */
  wait(options: WaitOptions = {}): Promise<ExitStatus> {
    return this.#complete(true, options);
  }

  /** Like {@link wait}, but returns the captured stderr and prints nothing. */
  async waitWithStderr(
    options: WaitOptions = {},
  ): Promise<{ status: ExitStatus; stderr: Uint8Array }> {
    const status = await this.#complete(false, options);
    return { status, stderr: this.stderrOutput() };
  }

  /** Turns the connect watchdog off; from now on only the I/O watchdog applies. Idempotent. */
  cancelConnectWatchdog(): void {
    this.#supervised.cancelConnectWatchdog();
  }

  /**
   * Sends a signal. Returns `false` if there was no process to send it to. If the child then fails,
   * nothing is printed and stdout ends with an error that names the signal.
   */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    return this.#supervised.kill(signal);
  }

  /**
   * Closes the parent's end of stderr if another process still holds the child's fd 2 after the exit. A
   * later write of that process fails with EPIPE. No effect before the exit. Idempotent, never throws.
   */
  releaseStderr(): void {
    if (this.tryWait() !== null) this.#parts.channel?.shutdownRead();
  }

  /**
   * Ends the child if it is running (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it, prints its
   * failure unless that was reported, and closes every descriptor. A fast reader receives the rest of
   * stdout first. Safe to call twice.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    if (this.tryWait() !== null) await this.#wire?.readerKeepsUp();
    const disposed = this.#supervised.dispose();
    await this.exited;
    this.#wire?.dispose(endingByDisposal(this.#parts.command.label).reason as Error);
    this.#stopObeying();
    await disposed;
  }

  async #complete(surface: boolean, options: WaitOptions): Promise<ExitStatus> {
    const { timeoutMs: timeout } = checkOptions(options, waitRules);
    this.#completion ??= this.#completed(surface);
    if (timeout === undefined) return this.#completion;
    const timer = setTimeout(() => {
      const ending = endingByWaitTimeout(this.#parts.command.label, timeout);
      this.#supervised.end(ending);
      if (this.tryWait() !== null) this.#wire?.reader.interrupt(ending.reason as Error);
    }, timeout);
    try {
      return await this.#completion;
    } finally {
      clearTimeout(timer);
    }
  }

  async #completed(surface: boolean): Promise<ExitStatus> {
    this.#wire?.writer.endWhenIdle();
    const delivered = this.#wire?.reader.delivered();
    const completed = this.#supervised.complete(surface);
    await this.exited;
    await delivered;
    this.#stopObeying();
    const status = await completed;
    const { ending } = this.#supervised;
    if (ending !== null && failsWait(ending)) throw ending.reason;
    if (this.#lateAbort !== null) throw this.#lateAbort.reason;
    if (this.#wire?.writer.wasWrittenTooLate === true) {
      throw new TransportStateError(
        `${this.#parts.command.label}: bytes were written to stdin after wait() had closed it. ` +
          'Start writing first, or await `exited` instead.',
      );
    }
    return status;
  }

  #onExit(status: ExitStatus): void {
    const { ending } = this.#supervised;
    const isCut = ending !== null && (failsWait(ending) || !status.success);
    this.#wire?.reader.onExit(isCut ? asError(ending.reason) : null);
  }

  #obey(signal: AbortSignal): void {
    this.#stopObeying = onAbort(signal, () => {
      const { reason } = signal;
      const reader = this.#wire?.reader;
      if (this.tryWait() === null) {
        this.#supervised.end({ by: 'abort', reason });
      } else if (reader !== undefined && !reader.isReadWhole) {
        this.#lateAbort = { reason };
        reader.interrupt(asError(reason));
      }
    });
    void this.exited.then(() => {
      if (this.#wire === null) this.#stopObeying();
      else this.#wire.reader.once('close', this.#stopObeying);
    });
  }
}

/** The reason of an abort can be any value, but a stream needs an Error to end with one. */
const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('The connection was aborted.', { cause: reason });
