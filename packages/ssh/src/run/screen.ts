import { Writable } from 'node:stream';

const ERASE_LINE = '\r\u001b[2K';
const REDRAW_MS = 100;
const LF = 10;

/** A destination for the output of all hosts: a stream and, on a terminal, a progress line below it. */
export class Screen extends Writable {
  /** On a terminal, the forwarder escapes control sequences and colors the prefixes. */
  readonly isTTY: boolean;
  readonly #stream: Writable & { columns?: number };
  #isAtLineStart = true;
  #progress = '';
  #isShown = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: Writable & { isTTY?: boolean; columns?: number }) {
    super();
    this.isTTY = stream.isTTY === true;
    this.#stream = stream;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#erase();
    this.#isAtLineStart = chunk.at(-1) === LF;
    this.#stream.write(chunk, () => done());
    this.#redrawSoon();
  }

  /** Sets the progress line; an empty text removes it. Has no effect without a terminal. */
  progress(text: string): void {
    this.#progress = text;
    if (text === '') this.#erase();
    else this.#redrawSoon();
  }

  /** Writes `text` on lines of its own. Await it to limit the memory in use. */
  print(text: string): Promise<void> {
    const lineEnd = this.#isAtLineStart ? '' : '\n';
    return new Promise((resolve) => this.write(lineEnd + text, () => resolve()));
  }

  #redrawSoon(): void {
    if (!this.isTTY || this.#progress === '' || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#draw(), REDRAW_MS).unref();
  }

  #draw(): void {
    this.#timer = null;
    if (this.#progress === '' || !this.#isAtLineStart) return;
    const columns = this.#stream.columns || 80;
    this.#stream.write(`${ERASE_LINE}${this.#progress.slice(0, columns - 1)}`);
    this.#isShown = true;
  }

  #erase(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#stream.write(ERASE_LINE);
  }
}
