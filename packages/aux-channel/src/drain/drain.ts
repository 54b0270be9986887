import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Forwarder } from '../forward/forwarder.js';
import { InOrder } from './in-order.js';
import { TailBuffer } from './tail-buffer.js';
import {
  DRAIN_JOIN_TIMEOUT_MS,
  type QueueState,
  type ReadSink,
  type StderrEnd,
  type StderrEndpoint,
} from '../trait/trait.js';
import type { LineDispatcher } from '../lines/line-dispatcher.js';

/**
 * The buffer that all channels of the thread read into: a chunk is consumed within its callback, and
 * libuv on Unix requests the buffer, reads and calls back in one step (`uv__read` in
 * `src/unix/stream.c`). Backends with pending reads must use their own buffer.
 */
const READ_BUFFER_BYTES = 262_144;
let readBuffer: Uint8Array | undefined;

/** Limits how often a process that keeps writing to an inherited fd 2 can extend the quiet period. */
const MAX_QUIET_RESTARTS = 20;

/** Passes the bytes of an endpoint to their consumers, and decides when the capture is complete. */
export class StderrDrain {
  readonly tail = new TailBuffer();
  #ended: StderrEnd | null = null;
  #childExited = false;
  #quietTimer: NodeJS.Timeout | null = null;
  #chunksSeen = 0;
  readonly #stream: Readable;
  readonly #deliveries = new InOrder();
  #isBehind = false;
  #resolveEnd!: () => void;
  readonly #end = new Promise<void>((resolve) => (this.#resolveEnd = resolve));

  constructor(
    private readonly endpoint: StderrEndpoint,
    private readonly child: ChildProcess,
    private readonly lines: LineDispatcher,
    private readonly forwarder: Forwarder | null,
    onClosed: () => void,
  ) {
    readBuffer ??= new Uint8Array(READ_BUFFER_BYTES);
    const sink: ReadSink = { buffer: readBuffer, onChunk: (chunk) => this.#ingest(chunk) };
    this.#stream = endpoint.attach(child, sink);
    this.#stream.on('data', (chunk: Uint8Array) => {
      if (!this.#ingest(chunk)) this.#stream.pause();
    });
    this.#stream.on('end', () => {
      this.#finish('eof');
      // Also reached after an abandoned capture, when the last writer is gone.
      this.#stream.destroy();
    });
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      // Windows reports a killed child as a connection reset; all of its output has been read.
      this.#finish(error.code === 'ECONNRESET' ? 'eof' : 'error');
    });
    this.#stream.on('close', () => {
      this.#finish('eof');
      // After an abandoned capture, forwarding continued until now.
      this.#deliveries.run(() => this.forwarder?.end());
      onClosed();
    });
    this.#stream.resume();
    if (hasExited(child)) setImmediate(() => this.#onExit());
    else child.once('exit', () => this.#onExit());
  }

  get ended(): StderrEnd | null {
    return this.#ended;
  }

  /** Resolves when the capture is complete; while the child runs, after {@link DRAIN_JOIN_TIMEOUT_MS}. */
  async settled(): Promise<void> {
    if (this.#ended !== null) return;
    if (this.#childExited || hasExited(this.child)) return this.#end;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_JOIN_TIMEOUT_MS);
    });
    await Promise.race([this.#end, timeout]);
    clearTimeout(timer);
  }

  shutdown(): void {
    if (this.#ended === null) this.#takeQueued();
    this.endpoint.shutdownRead();
    this.#finish('shutdown');
    this.#stream.destroy();
  }

  /** Returns `false` if the forward sink is behind; reading pauses until it has caught up. */
  #ingest(chunk: Uint8Array): boolean {
    this.#chunksSeen += 1;
    const isCaptured = this.#ended === null;
    if (isCaptured) this.tail.append(chunk);
    // The chunk is valid only during the call, so bytes that must wait are copied.
    const bytes = this.#deliveries.isRunning ? new Uint8Array(chunk) : chunk;
    this.#deliveries.run(() => {
      if (isCaptured) this.lines.push(bytes);
      this.#isBehind = this.forwarder?.push(bytes) === false;
    });
    // After the child's exit, the kernel's queue bounds the rest, so reading does not wait for the sink.
    if (!this.#isBehind || this.#quietTimer !== null) return true;
    this.forwarder?.sink.onceReady(() => this.#stream.resume());
    return false;
  }

  /** Completes the capture without waiting for processes that inherited fd 2. */
  #onExit(): void {
    this.#childExited = true;
    if (this.#ended !== null) return;
    const state = this.#takeQueued();
    if (this.#ended !== null) return;
    if (state === 'eof') this.#finish('eof');
    else if (state === 'open') this.#abandon();
    else this.#awaitQuiet();
  }

  /** Reads everything before delivering it, because a consumer may close the endpoint. */
  #takeQueued(): QueueState {
    return this.#deliveries.hold(() => {
      // A stream that was paused for a slow sink may hold chunks. Reading them emits `data`.
      while (this.#stream.readableLength > 0 && this.#stream.read() !== null);
      return this.endpoint.takeQueued?.((chunk) => void this.#ingest(chunk)) ?? 'unknown';
    });
  }

  /** Waits for {@link DRAIN_JOIN_TIMEOUT_MS} of silence, where the kernel cannot report an empty queue. */
  #awaitQuiet(restarts = 0): void {
    const before = this.#chunksSeen;
    this.#quietTimer = setTimeout(() => {
      // Timers run before the poll phase and immediates after it, so even a busy loop has read by then.
      setImmediate(() => {
        if (this.#ended !== null) return;
        const quiet = this.#chunksSeen === before;
        if (quiet || restarts === MAX_QUIET_RESTARTS) this.#abandon();
        else this.#awaitQuiet(restarts + 1);
      });
    }, DRAIN_JOIN_TIMEOUT_MS);
    this.#stream.resume();
  }

  /** Completes the capture. The stream is still forwarded, but does not keep the process running. */
  #abandon(): void {
    this.#finish('abandoned');
    (this.#stream as { unref?: () => void }).unref?.();
  }

  #finish(end: StderrEnd): void {
    if (this.#ended !== null) return;
    this.#ended = end;
    // From here on a slow sink pauses reading again, because a surviving process may write forever.
    if (this.#quietTimer !== null) clearTimeout(this.#quietTimer);
    this.#quietTimer = null;
    this.#deliveries.run(() => {
      this.lines.end();
      this.forwarder?.end();
    });
    if (end !== 'abandoned') this.#stream.destroy();
    this.#resolveEnd();
  }
}

const hasExited = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
