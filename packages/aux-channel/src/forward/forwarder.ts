import { MAX_LINE_BYTES } from '../trait.js';
import { createFilter, type Boundary, type ForwardFilter, type ForwardPolicy } from './policy.js';
import { type ForwardSink, type ForwardTarget, sinkFor, standardErrorSink } from './sink.js';

/** How long an unfinished line waits for its end before it is shown. Unit: milliseconds. */
export const PROMPT_DELAY_MS = 50;

const LF = 10;

export interface ForwardOptions {
  /**
   * Where to: a Writable, a function, or the number of a descriptor that stays the caller's. A sink
   * that fails ends the forwarding, not the capture.
   * @defaultValue this process's stderr
   */
  to?: ForwardTarget;
  /** @defaultValue `'auto'` */
  policy?: ForwardPolicy;
}

/**
 * Shows a channel's bytes as they come: complete lines at once and in one write, an unfinished line
 * (a prompt) after {@link PROMPT_DELAY_MS} of silence.
 */
export class Forwarder {
  readonly #sink: ForwardSink;
  readonly #filter: ForwardFilter;
  /** The start of a line whose end has not come. Never longer than {@link MAX_LINE_BYTES}. */
  #unfinished: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | null = null;
  #forwarded = 0;

  constructor(options: ForwardOptions) {
    this.#sink = options.to === undefined ? standardErrorSink() : sinkFor(options.to);
    this.#filter = createFilter(options.policy ?? 'auto', this.#sink.isTerminal);
  }

  get sink(): ForwardSink {
    return this.#sink;
  }

  /** Whether everything that was pushed could be shown so far. */
  get complete(): boolean {
    return this.#sink.usable;
  }

  /** Bytes of the child that were handed to the sink. */
  get forwardedBytes(): number {
    return this.#forwarded;
  }

  /** Returns `false` when the sink is behind. `chunk` is only lent for the call. */
  push(chunk: Uint8Array): boolean {
    if (!this.#sink.usable) return true;
    const lineEnd = chunk.lastIndexOf(LF) + 1;
    let ready = true;
    if (lineEnd > 0) {
      const lines = chunk.subarray(0, lineEnd);
      const held = this.#takeUnfinished();
      ready = this.#write(held.length > 0 ? Buffer.concat([held, lines]) : lines, 'line');
    }
    if (lineEnd < chunk.length) ready = this.#hold(chunk.subarray(lineEnd)) && ready;
    return ready;
  }

  /** Shows an unfinished line now. */
  end(): void {
    this.#write(this.#takeUnfinished(), 'end');
  }

  #hold(rest: Uint8Array): boolean {
    const held = this.#takeUnfinished();
    const unfinished = held.length > 0 ? Buffer.concat([held, rest]) : Buffer.from(rest);
    if (unfinished.length > MAX_LINE_BYTES) return this.#write(unfinished, 'partial');
    this.#unfinished = unfinished;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#write(this.#takeUnfinished(), 'partial');
    }, PROMPT_DELAY_MS).unref();
    return true;
  }

  #takeUnfinished(): Buffer {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const unfinished = this.#unfinished;
    this.#unfinished = Buffer.alloc(0);
    return unfinished;
  }

  #write(bytes: Uint8Array, boundary: Boundary): boolean {
    this.#forwarded += bytes.length;
    const shown = this.#filter.apply(bytes, boundary);
    return shown.length === 0 || this.#sink.write(shown);
  }
}
