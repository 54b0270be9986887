import { MAX_LINE_BYTES, type StderrEndpoint } from '../trait/trait.js';
import { colorsWanted, LinePrefix } from './line-prefix.js';
import type { Boundary, ForwardFilter } from './filter.js';
import type { ForwardOptions } from './forward-options.js';
import { createFilter } from './policy.js';
import type { ForwardSink, OpenLineOwner } from './sink.js';
import { endOpenLine, sinkFor, standardErrorSink } from './sinks.js';

/** Time after which an unfinished line is shown. Unit: milliseconds. */
export const PROMPT_DELAY_MS = 50;

const LF = 10;

/**
 * Shows a channel's bytes as they arrive: complete lines immediately and in one write, an unfinished line
 * (a prompt) after {@link PROMPT_DELAY_MS}. With a prefix, a sink that is not a terminal receives only
 * complete lines, because other channels probably share it. A line that another channel left unfinished
 * on the sink is ended first.
 */
export class Forwarder implements OpenLineOwner {
  readonly sink: ForwardSink;
  readonly #filter: ForwardFilter;
  readonly #prefix: LinePrefix | null;
  /** The start of an unfinished line; at most {@link MAX_LINE_BYTES} long. */
  #unfinished: Buffer = Buffer.alloc(0);
  readonly #showsPrompts: boolean;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param duplicate duplicates a descriptor number, if the platform can */
  constructor(options: ForwardOptions, duplicate?: StderrEndpoint['duplicate']) {
    this.sink = options.to === undefined ? standardErrorSink() : sinkFor(options.to, duplicate);
    this.sink.retain();
    const { isTerminal } = this.sink;
    this.#filter = createFilter(options.policy ?? 'auto', isTerminal, Boolean(options.prefix));
    this.#prefix = options.prefix
      ? new LinePrefix(options.prefix, isTerminal && colorsWanted())
      : null;
    this.#showsPrompts = isTerminal || this.#prefix === null;
  }

  /** Returns `false` if the sink is behind. `chunk` is valid only during the call. */
  push(chunk: Uint8Array): boolean {
    if (this.#closed || !this.sink.usable) return true;
    const lineEnd = chunk.lastIndexOf(LF) + 1;
    let ready = true;
    if (lineEnd > 0) {
      let lines = chunk.subarray(0, lineEnd);
      const held = this.#takeUnfinished();
      if (held.length > 0) {
        // Writes that line alone, because copying a whole chunk would cost more than a second write.
        const firstEnd = lines.indexOf(LF) + 1;
        this.#write(Buffer.concat([held, lines.subarray(0, firstEnd)]), 'line');
        lines = lines.subarray(firstEnd);
      }
      ready = this.#write(lines, 'line');
    }
    if (lineEnd < chunk.length) ready = this.#hold(chunk.subarray(lineEnd)) && ready;
    return ready;
  }

  end(): void {
    this.#write(this.#takeUnfinished(), 'end');
  }

  close(): void {
    if (this.#closed) return;
    this.#takeUnfinished();
    this.#closed = true;
    this.sink.release();
  }

  /** Calls {@link close} and drops what the sink has not written, unless another channel uses it. */
  abort(): void {
    this.close();
    this.sink.drop();
  }

  /** Prints a message about the channel on separate lines, filtered and prefixed like its lines. */
  announce(message: Uint8Array): void {
    this.end();
    endOpenLine(this.sink);
    const shown = this.#filter.apply(message, 'end');
    this.sink.write(this.#prefix?.apply(shown) ?? shown);
  }

  /** Called when another writer ends the line that this channel left unfinished on the sink. */
  endLine(): Uint8Array {
    this.#prefix?.restart();
    return this.#filter.endLine();
  }

  #hold(rest: Uint8Array): boolean {
    if (this.#unfinished.length + rest.length > MAX_LINE_BYTES) {
      const held = this.#takeUnfinished();
      return this.#write(held.length > 0 ? Buffer.concat([held, rest]) : rest, 'partial');
    }
    this.#unfinished = Buffer.concat([this.#unfinished, rest]);
    if (!this.#showsPrompts) return true;
    // The delay starts with the first byte, so that output without pauses (a progress display) is also shown.
    this.#timer ??= setTimeout(() => {
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
    if (this.#closed) return true;
    let shown = this.#filter.apply(bytes, boundary);
    if (shown.length === 0) return true;
    const { openLineOwner } = this.sink;
    if (openLineOwner !== null && openLineOwner !== this) {
      // The sink may call a function that forwards again, and filters share memory for their results.
      shown = Buffer.from(shown);
      endOpenLine(this.sink);
    }
    this.sink.openLineOwner = shown[shown.length - 1] === LF ? null : this;
    return this.sink.write(this.#prefix?.apply(shown) ?? shown);
  }
}
