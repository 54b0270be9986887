import { Readable } from 'node:stream';
import { DRAIN_JOIN_TIMEOUT_MS, RsyncIoError } from '@rsync-io/aux-channel';
import type { QueueState } from '@rsync-io/aux-channel/backend';
import { queueCapacity, readQueued } from '@rsync-io/aux-channel/transport';

const HIGH_WATER_MARK_BYTES = 65_536;
/** A process that goes on writing to an inherited fd 1 must not keep the quiet period from ending. */
const MAX_QUIET_RESTARTS = 20;

/** Reads what the kernel holds queued for a stream, without waiting. */
export type TakeQueued = (source: Readable, receive: (chunk: Uint8Array) => void) => QueueState;

/**
 * The receiving half of the wire: the child's stdout, with an end that can be trusted. It ends cleanly
 * only after every byte that the child wrote; an interrupted or discarded stream ends with an error.
 *
 * After the exit it delivers exactly what was queued then, whoever still holds the other end.
 */
export class WireReader extends Readable {
  /** Returns `false` while an end of stream may be due to a signal that was sent: the exit decides then. */
  trustsEnd: () => boolean = () => true;
  /** When the last bytes arrived. Unit: milliseconds since the epoch. */
  receivedAt = Date.now();
  readonly #source: Readable;
  readonly #takeQueued: TakeQueued;
  readonly #label: string;
  #bytesReceived = 0;
  #bytesDiscarded = 0;
  #discards = false;
  #childExited = false;
  #sourceEnded = false;
  /** Nothing will come any more. */
  #over = false;
  /** The end was clean: only what is buffered remains to be read. */
  #isComplete = false;
  #delivery: Promise<void> | null = null;
  #onChange: () => void = () => {};

  constructor(source: Readable, label: string, takeQueued: TakeQueued = takeQueuedOf) {
    super({ highWaterMark: HIGH_WATER_MARK_BYTES });
    this.#source = source;
    this.#label = label;
    this.#takeQueued = takeQueued;
    source.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    source.on('end', () => this.#onSourceEnd());
    source.on('close', () => this.#onSourceEnd());
    source.on('error', (error: NodeJS.ErrnoException) => {
      // Windows reports a killed child as a reset.
      if (error.code === 'ECONNRESET') this.#onSourceEnd();
      else this.interrupt(error);
    });
    // The reader, if there is one, has its own listener.
    this.on('error', () => {});
    this.on('newListener', (event) => {
      if (event === 'data' || event === 'readable') this.#onReader();
    });
  }

  /** Bytes ever received from the child. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Whether bytes wait for a reader who is slower than the child. */
  get isBehind(): boolean {
    return this.#source.isPaused() && !this.#over;
  }

  /** Whether the child has closed its stdout. */
  get hasEnded(): boolean {
    return this.#sourceEnded || this.#over;
  }

  /** Whether somebody reads. */
  get isRead(): boolean {
    return (
      this.listenerCount('data') > 0 ||
      this.listenerCount('readable') > 0 ||
      this.readableFlowing === true
    );
  }

  /** Whether nothing is left that a reader could miss. */
  get isReadWhole(): boolean {
    return this.destroyed || this.readableEnded || (this.#isComplete && this.readableLength === 0);
  }

  /** After `resume()` without a listener, or when the last listener has gone without `pause()`. */
  get #flowsToNobody(): boolean {
    return this.readableFlowing === true && this.listenerCount('data') === 0;
  }

  // Node 20 emits no `removeListener` for the only listener of a stream.
  override removeListener(event: string | symbol, listener: (...args: never[]) => void): this {
    super.removeListener(event, listener as () => void);
    this.#onChange();
    return this;
  }

  override off(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.removeListener(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    this.#onChange();
    return this;
  }

  override resume(): this {
    if (this.listenerCount('data') === 0) this.#bytesDiscarded += this.readableLength;
    return super.resume();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // Without a reader the child must still be able to write, and so to exit.
    if (this.#discards && !this.#childExited) this.#source.resume();
    else this.#close();
    callback(error);
    this.#onChange();
  }

  /**
   * Resolves when a reader has received everything, or nobody reads: output is then discarded so that
   * the child can exit. A reader is whoever listens for `data` or `readable`, at the latest a turn of
   * the event loop after this call.
   */
  delivered(): Promise<void> {
    return (this.#delivery ??= new Promise((resolve) => {
      const look = () => {
        if (!this.isRead && !this.readableEnded && !this.destroyed) this.#discard();
        if (this.isReadWhole || (this.#over && !this.isRead)) resolve();
      };
      this.#onChange = () => void setImmediate(look);
      this.on('end', this.#onChange);
      this.#onChange();
    }));
  }

  /** To be called in the turn of the child's exit. @param reason why the output is incomplete, if it is */
  onExit(reason: Error | null): void {
    this.#childExited = true;
    if (this.#over) return;
    if (reason !== null) return this.interrupt(reason);
    if (this.#sourceEnded) return this.#end();
    // What the stream of Node's holds; reading it emits `data`.
    while (this.#source.read() !== null);
    const state = this.#takeQueued(this.#source, (chunk) => this.#receive(Buffer.from(chunk)));
    if (state === 'unknown') this.#awaitQuiet();
    else this.#end();
  }

  /** Ends the stream with an error, unless its reader has received everything. */
  interrupt(reason: Error): void {
    this.#over = true;
    if (!this.isReadWhole) this.destroy(reason);
    this.#close();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#over) return;
    this.#bytesReceived += chunk.length;
    this.receivedAt = Date.now();
    if (this.#discards || this.#flowsToNobody) this.#bytesDiscarded += chunk.length;
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
    this.#close();
    if (this.#bytesDiscarded > 0 && !this.#flowsToNobody) this.destroy(this.#discardedError());
    else {
      this.#isComplete = true;
      this.push(null);
    }
    this.#onChange();
  }

  #close(): void {
    this.#source.destroy();
  }

  #discard(): void {
    this.#discards = true;
    this.#bytesDiscarded += this.readableLength;
    if (this.#bytesDiscarded > 0 && this.#over) this.destroy(this.#discardedError());
    else while (this.readableLength > 0 && this.read() !== null);
    this.#source.resume();
  }

  /** Somebody begins to read. */
  #onReader(): void {
    if (this.destroyed) {
      // A destroyed stream emits nothing to those who come late.
      const error = this.errored;
      if (error !== null) process.nextTick(() => this.emit('error', error));
    } else if (this.#bytesDiscarded > 0) {
      this.destroy(this.#discardedError());
    } else {
      this.#discards = false;
    }
  }

  #discardedError(): Error {
    const message =
      `${this.#label}: output was discarded, because nobody read it when wait() was called. ` +
      'Attach the reader first.';
    return new RsyncIoError('ERR_OUTPUT_DISCARDED', message);
  }

  /** Where the kernel cannot say "empty": silence over turns in which the event loop looked. */
  #awaitQuiet(restarts = 0): void {
    const before = this.#bytesReceived;
    setTimeout(() => {
      setImmediate(() => {
        const isQuiet = this.#bytesReceived === before || restarts === MAX_QUIET_RESTARTS;
        if (isQuiet) this.#end();
        else if (!this.#over) this.#awaitQuiet(restarts + 1);
      });
    }, DRAIN_JOIN_TIMEOUT_MS);
    this.#source.resume();
  }
}

/** Node's pipe to a child; the number of its descriptor is there on Unix only. */
interface DescriptorStream {
  readonly _handle?: { readonly fd?: number } | null;
}

function takeQueuedOf(source: Readable, receive: (chunk: Uint8Array) => void): QueueState {
  const { _handle } = source as DescriptorStream;
  if (_handle === null) return 'eof';
  const fd = _handle?.fd ?? -1;
  return fd < 0 ? 'unknown' : readQueued(fd, queueCapacity(), receive);
}
