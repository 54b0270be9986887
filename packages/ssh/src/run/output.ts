import { Writable } from 'node:stream';
import type { Screen } from './screen.js';

/** A stream that many hosts write to, a line at a time. */
export class Output {
  readonly isTerminal: boolean;
  readonly colours: boolean;
  readonly #stream: Writable;
  readonly #screen: Screen;

  constructor(stream: Writable & { isTTY?: boolean }, screen: Screen) {
    this.#stream = stream;
    this.#screen = screen;
    this.isTerminal = stream.isTTY === true;
    // https://no-color.org: set and not empty.
    this.colours = this.isTerminal && !process.env['NO_COLOR'];
  }

  /**
   * Writes `text` (bytes, as latin1) with `prefix` before each line. An unfinished line of another
   * writer is ended first.
   */
  write(writer: object, prefix: string, text: string, done: (error?: Error | null) => void): void {
    const { lineEnd, continues } = this.#screen.before(writer);
    const lines = text.match(/[^\n]*\n|[^\n]+/g) ?? [];
    const body = lines.map((line, i) => (i === 0 && continues ? line : prefix + line)).join('');
    this.#stream.write(Buffer.from(lineEnd + body, 'latin1'), done);
    this.#screen.after(writer, !text.endsWith('\n'));
  }
}

/** The lines of one stream of one host, on the way to an {@link Output}. */
export class PrefixedLines extends Writable {
  /** Makes the forwarding escape what must not reach a terminal. */
  readonly isTTY: boolean;
  readonly #output: Output;
  readonly #prefix: string;

  /** @param index chooses the colour */
  constructor(output: Output, host: string, index: number) {
    super();
    this.isTTY = output.isTerminal;
    this.#output = output;
    const name = Buffer.from(`[${host}]`).toString('latin1');
    this.#prefix = `${output.colours ? coloured(name, index) : name} `;
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    const text = chunk.toString('latin1');
    this.#output.write(this, this.#prefix, this.isTTY ? keepsPrefix(text) : text, done);
  }
}

const coloured = (name: string, index: number) => `\u001b[${31 + (index % 6)}m${name}\u001b[39m`;

/**
 * Escaped text that leaves the prefix alone: a carriage return would let a host write over it, and an
 * erased line would hide it. Colour ends with the line.
 */
function keepsPrefix(text: string): string {
  return text
    .replace(/\u001b\[[012]?K/g, '')
    .replace(/\r+\n/g, '\n')
    .replace(/\r+/g, '\n')
    .replace(/([^\n]*\u001b[^\n]*)(\n|$)/g, '$1\u001b[0m$2');
}
