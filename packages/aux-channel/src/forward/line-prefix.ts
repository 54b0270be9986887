import { EscapeFilter } from './escape-filter.js';

/** Text, or one line break; those of CRLF are seen one by one, for a chunk may end between them. */
const TOKEN = /[^\r\n]+|[\r\n]/g;

/** SGR foreground colours that are legible on light and dark grounds: cyan, yellow, green, magenta, blue. */
const COLOURS = [36, 33, 32, 35, 34] as const;

/**
 * Puts a prefix before every line of one channel: also before what follows a carriage return, which
 * otherwise would overwrite it.
 */
export class LinePrefix {
  /** Bytes as characters (ISO 8859-1). */
  readonly #prefix: string;
  #atStart = true;
  #afterReturn = false;

  /** @param colour whether the sink is a terminal that may be given colours */
  constructor(prefix: string, colour: boolean) {
    // The caller's, but perhaps made of names from elsewhere.
    const line = Buffer.from(prefix.replace(/[\r\n]+/g, ' '));
    const shown = Buffer.from(new EscapeFilter().apply(line, 'end')).toString('latin1');
    // Beginning with a reset, it also ends what the lines before it switched on.
    this.#prefix = colour ? `\x1b[0;${colourOf(prefix)}m${shown}\x1b[0m` : shown;
  }

  apply(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    let output = '';
    for (const token of text.match(TOKEN) ?? []) {
      const isBreak = token === '\r' || token === '\n';
      // The prefix that a carriage return went back to is still there.
      if (this.#atStart && !(isBreak && this.#afterReturn)) output += this.#prefix;
      output += token;
      this.#atStart = isBreak;
      this.#afterReturn = token === '\r';
    }
    return Buffer.from(output, 'latin1');
  }

  /** The sink was given a new line by somebody else. */
  restart(): void {
    this.#atStart = true;
    this.#afterReturn = false;
  }
}

/** The same for the same prefix, in every process. */
function colourOf(prefix: string): number {
  let hash = 0;
  for (const character of prefix) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return COLOURS[hash % COLOURS.length] as number;
}

/** Whether a terminal may be given colours: https://no-color.org, and terminals that have none. */
export const coloursWanted = (env: NodeJS.ProcessEnv = process.env): boolean =>
  !env['NO_COLOR'] && env['TERM'] !== 'dumb';
