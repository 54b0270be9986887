import type { Readable } from 'node:stream';
import { DRAIN_JOIN_TIMEOUT_MS, RsyncIoError } from '@rsync-io/aux-channel';
import type { QueueState } from '@rsync-io/aux-channel/backend';
import { readQueued } from '@rsync-io/aux-channel/transport';
import { ReaderAwareStream } from './reader-aware-stream.js';

const HIGH_WATER_MARK_BYTES = 65_536;
/** Limits how often a process that keeps writing to an inherited fd 1 can extend the quiet period. */
const MAX_QUIET_RESTARTS = 20;

export type TakeQueued = (source: Readable, receive: (chunk: Uint8Array) => void) => QueueState;

/**
 * The receiving half of the wire: the child's stdout. It ends cleanly only if every byte that the child
 * wrote was delivered, and with an error if it was interrupted or discarded. After the exit it delivers
 * exactly the bytes that were queued at that time, even if another process holds the other end.
 */
export class WireReader extends ReaderAwareStream {
  /** Returns `false` if a signal of this process may have caused the end of the stream. */
  trustsEnd: () => boolean = () => true;
  /** Time at which the last bytes arrived. Unit: milliseconds since the epoch. */
  receivedAt = Date.now();
  bytesReceived = 0;
  readonly #source: Readable;
  readonly #takeQueued: TakeQueued;
  readonly #label: string;
  #bytesDiscarded = 0;
  #discards = false;
  #childExited = false;
  #sourceEnded = false;
  #over = false;
  /** Whether the end was clean, so that only buffered data remains to be read. */
  #isComplete = false;
  #delivery: Promise<void> | null = null;
  /** For a reader that comes after the end. */
  #lateError: Error | null = null;

  constructor(source: Readable, label: string, takeQueued: TakeQueued = readQueued) {
    super(HIGH_WATER_MARK_BYTES);
    this.#source = source;
    this.#label = label;
    this.#takeQueued = takeQueued;
    source.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    source.on('end', () => this.#onSourceEnd());
    source.on('close', () => this.#onSourceEnd());
    source.on('error', (error: NodeJS.ErrnoException) => {
      // Windows reports a killed child as a connection reset.
      if (error.code === 'ECONNRESET') this.#onSourceEnd();
      else this.interrupt(error);
    });
    // Without this listener, an error without a reader would be an uncaught exception.
    this.on('error', () => {});
  }

  /** Node reads this property first (`isReadableErrored`). Since Node 24 a late reader learns of the error only here. */
  get readableErrored(): Error | null {
    return this.errored ?? this.#lateError;
  }

  get isBehind(): boolean {
    return this.#source.isPaused() && !this.#over;
  }

  get hasEnded(): boolean {
    return this.#sourceEnded || this.#over;
  }

  get isReadWhole(): boolean {
    return this.destroyed || this.readableEnded || (this.#isComplete && this.readableLength === 0);
  }

  override resume(): this {
    if (this.listenerCount('data') === 0) this.#bytesDiscarded += this.readableLength;
    return super.resume();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // Without a reader, the child must still be able to write in order to exit.
    if (this.#discards && !this.#childExited) this.#source.resume();
    else this.#source.destroy();
    callback(error);
    this.onReaderChange();
  }

  /** Resolves when a reader has received everything. Without a reader by the next turn, discards the output. */
  delivered(): Promise<void> {
    return (this.#delivery ??= new Promise((resolve) => {
      const look = () => {
        if (!this.isRead && !this.readableEnded && !this.destroyed) this.#discard();
        if (this.isReadWhole || (this.#over && !this.isRead)) resolve();
      };
      this.onReaderChange = () => void setImmediate(look);
      this.on('end', this.onReaderChange);
      this.onReaderChange();
    }));
  }

  /** Call this in the same turn as the exit. @param reason why the output is incomplete, if it is */
  onExit(reason: Error | null): void {
    this.#childExited = true;
    if (this.#over) return;
    if (reason !== null) return this.interrupt(reason);
    if (this.#sourceEnded) return this.#end();
    // Node's stream emits `data` for the bytes that it has buffered.
    while (this.#source.read() !== null);
    const state = this.#takeQueued(this.#source, (chunk) => this.#receive(Buffer.from(chunk)));
    if (state === 'unknown') this.#awaitQuiet();
    else this.#end();
  }

  /** Ends the stream with an error, unless the reader has received everything. */
  interrupt(reason: Error): void {
    this.#over = true;
    if (!this.isReadWhole) this.destroy(reason);
    this.#source.destroy();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#over) return;
    this.bytesReceived += chunk.length;
    this.receivedAt = Date.now();
    if (this.#discards || this.flowsToNobody) this.#bytesDiscarded += chunk.length;
    else if (!this.push(chunk) && !this.#childExited) this.#source.pause();
  }

  #onSourceEnd(): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    if (this.#childExited || this.trustsEnd()) this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sourceEnded = true;
    this.#source.destroy();
    if (this.#bytesDiscarded > 0 && !this.flowsToNobody) this.destroy(this.#discardedError());
    else {
      this.#isComplete = true;
      this.push(null);
    }
    this.onReaderChange();
  }

  #discard(): void {
    this.#discards = true;
    this.#bytesDiscarded += this.readableLength;
    if (this.#bytesDiscarded > 0 && this.#over) this.destroy(this.#discardedError());
    else while (this.readableLength > 0 && this.read() !== null);
    this.#source.resume();
  }

  protected override onReader(): void {
    if (this.destroyed) {
      // A destroyed stream emits no events to late listeners.
      if (this.#bytesDiscarded > 0) this.#lateError = this.#discardedError();
      const error = this.readableErrored;
      if (error !== null) process.nextTick(() => this.emit('error', error));
    } else if (this.#bytesDiscarded > 0) {
      this.destroy(this.#discardedError());
    } else {
      this.#discards = false;
    }
  }

  #discardedError(): Error {
    const message = `${this.#label}: output was discarded, because nobody read it. Attach the reader first.`;
    return new RsyncIoError('ERR_OUTPUT_DISCARDED', message);
  }

  /**
   * Ends the stream after a quiet period, for systems that cannot report an empty queue. `setImmediate`
   * runs after the event loop has polled.
   */
  #awaitQuiet(restarts = 0): void {
    const before = this.bytesReceived;
    setTimeout(() => {
      setImmediate(() => {
        const isQuiet = this.bytesReceived === before || restarts === MAX_QUIET_RESTARTS;
        if (isQuiet) this.#end();
        else if (!this.#over) this.#awaitQuiet(restarts + 1);
      });
    }, DRAIN_JOIN_TIMEOUT_MS);
    this.#source.resume();
  }
}
