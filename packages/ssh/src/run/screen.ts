import type { WriteStream } from 'node:tty';

const ERASE_LINE = '\r\u001b[2K';
const REDRAW_MS = 100;

/**
 * Where the cursor is on what several writers share: whose line is unfinished, and whether the progress
 * line is shown. One for each destination, but one for both where both are terminals.
 */
export class Screen {
  readonly #terminal: WriteStream | null;
  #openLine: object | null = null;
  #progress = '';
  #shown = false;
  #timer: NodeJS.Timeout | null = null;

  /** @param terminal where the progress line is shown; `null`: nowhere */
  constructor(terminal: WriteStream | null) {
    this.#terminal = terminal;
  }

  /** To be called before `writer` writes. Returns what must come first: the end of another's line. */
  before(writer: object): { readonly lineEnd: string; readonly continues: boolean } {
    this.#erase();
    const continues = this.#openLine === writer;
    return { continues, lineEnd: this.#openLine === null || continues ? '' : '\n' };
  }

  after(writer: object, isLineOpen: boolean): void {
    this.#openLine = isLineOpen ? writer : null;
    this.#redrawSoon();
  }

  /** Sets the progress line; an empty one is none. */
  progress(text: string): void {
    this.#progress = text;
    if (text === '') this.#erase();
    else this.#redrawSoon();
  }

  #redrawSoon(): void {
    if (this.#terminal === null || this.#progress === '' || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#draw(), REDRAW_MS).unref();
  }

  #draw(): void {
    this.#timer = null;
    if (this.#terminal === null || this.#progress === '' || this.#openLine !== null) return;
    const columns = this.#terminal.columns || 80;
    this.#terminal.write(`${ERASE_LINE}${this.#progress.slice(0, columns - 1)}`);
    this.#shown = true;
  }

  #erase(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#terminal?.write(ERASE_LINE);
  }
}
