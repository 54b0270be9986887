import type { ChildProcess } from 'node:child_process';
import {
  DRAIN_JOIN_TIMEOUT_MS,
  type ExitStatus,
  type SshCommand,
  type StderrAuxChannel,
  type StderrSnapshot,
  TransportStateError,
} from '@rsync-io/aux-channel';
import {
  endingByDisposal,
  endingByWaitTimeout,
  endWithProcess,
  failsWait,
  onAbort,
  SupervisedChild,
  checkOptions,
} from '@rsync-io/aux-channel/transport';
import { type WaitOptions, waitRules } from './options.js';
import type { PipedWire, WireProgress } from './wire.js';

/** What {@link AsyncSshChild} consists of. @internal */
export interface SshChildParts {
  readonly command: SshCommand;
  readonly child: ChildProcess;
  readonly channel: StderrAuxChannel<Promise<void>> | null;
  readonly wire: PipedWire | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * The process behind a transport, with its stderr, exit and watchdogs. The holder must dispose of it,
 * with `await using` or {@link wait}.
 */
export class AsyncSshChild implements AsyncDisposable {
  readonly pid: number;
  /** Resolves when the child exits. Has no effect on stdin or unread output. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly #label: string;
  readonly #supervised: SupervisedChild;
  readonly #channel: StderrAuxChannel<Promise<void>> | null;
  readonly #wire: PipedWire | null;
  /** The reason of an abort after the exit, while a reader was still receiving output. */
  #lateAbort: { readonly reason: unknown } | null = null;
  #stopObeying: () => void = () => {};
  #completion: Promise<ExitStatus> | null = null;
  #disposal: Promise<void> | null = null;

  /** @internal */
  constructor({ signal, ...parts }: SshChildParts) {
    this.#label = parts.command.label;
    this.#wire = parts.wire;
    this.#channel = parts.channel;
    this.#supervised = new SupervisedChild({
      ...parts,
      onExit: (status) => this.#onExit(status),
    });
    this.pid = this.#supervised.pid;
    this.exited = this.#supervised.exited;
    if (parts.wire !== null) {
      parts.wire.reader.trustsEnd = () => this.#supervised.ending === null;
    }
    const forget = endWithProcess(this.pid);
    void this.exited.then(forget);
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

  /** Number of bytes transferred so far; `null` with `wire: 'inherit'`, where they cannot be observed. */
  progress(): WireProgress | null {
    return this.#wire?.counters ?? null;
  }

  /** Returns the status if the child has exited, otherwise `null`. Never waits. */
  tryWait(): ExitStatus | null {
    return this.#supervised.status;
  }

  /**
   * Closes stdin, waits for the exit, delivers stdout to its reader, completes the capture and prints a
   * failure on stderr, depending on `surface`. Never waits for other processes that hold the child's
   * descriptors. Later calls have the same result and print nothing.
   *
   * Stdin is not closed while you write to it (see the README). If stdout has no reader by the next turn
   * of the event loop, its output is discarded so that the child can exit. A slow reader delays this
   * call.
   *
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
   * After the exit, closes a stderr that another process still holds (`ended: 'abandoned'`). Otherwise
   * it stays open and is drained until that process closes it. The next write of that process fails with
   * EPIPE.
   */
  releaseStderr(): void {
    if (this.tryWait() !== null) this.#channel?.shutdownRead();
  }

  /**
   * Ends the child if it is still running (SIGTERM, then SIGKILL after `KILL_GRACE_MS`), reaps it,
   * prints its failure unless that was already reported, and closes every descriptor. A fast reader
   * receives the rest of stdout first. Safe to call twice.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#disposal ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    const { reason } = endingByDisposal(this.#label);
    if (this.tryWait() !== null) await this.#readerKeepsUp();
    const disposed = this.#supervised.dispose();
    await this.exited;
    this.#wire?.dispose(reason as Error);
    this.#stopObeying();
    await disposed;
  }

  /** Resolves when the reader has received everything or has stopped reading. */
  async #readerKeepsUp(): Promise<void> {
    const reader = this.#wire?.reader;
    while (reader !== undefined && reader.isRead && !reader.isReadWhole) {
      const before = reader.readableLength;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_JOIN_TIMEOUT_MS));
      if (reader.readableLength === before) return;
    }
  }

  async #complete(surface: boolean, options: WaitOptions): Promise<ExitStatus> {
    const { timeoutMs: timeout } = checkOptions(options, waitRules);
    this.#completion ??= this.#completed(surface);
    if (timeout === undefined) return this.#completion;
    const timer = setTimeout(() => {
      const ending = endingByWaitTimeout(this.#label, timeout);
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
        `${this.#label}: bytes were written to stdin after wait() had closed it. ` +
          'Start writing first, or await `exited` instead.',
      );
    }
    return status;
  }

  #onExit(status: ExitStatus): void {
    const { ending } = this.#supervised;
    const isInterrupted = ending !== null && (failsWait(ending) || !status.success);
    this.#wire?.reader.onExit(isInterrupted ? asError(ending.reason) : null);
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
    if (this.#wire === null) void this.exited.then(this.#stopObeying);
    else void this.exited.then(() => this.#wire?.reader.once('close', this.#stopObeying));
  }
}

/** The reason of an abort can be any value, but a stream needs an Error to end with one. */
const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('The connection was aborted.', { cause: reason });
