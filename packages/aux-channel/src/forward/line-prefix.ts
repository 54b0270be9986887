import { CR, LF } from './byte-table.js';
import { createFilter } from './policy.js';
import { Scratch } from './scratch.js';

const scratch = new Scratch();

/** SGR colors that are legible on light and dark: cyan, yellow, green, magenta, blue. */
const COLORS = [36, 33, 32, 35, 34] as const;

/** Longer runs without a line end are searched and copied with native methods. Unit: bytes. */
const LONG_RUN_BYTES = 48;

/** Inserts a prefix before every line, and after a carriage return, where it would be overwritten. */
export class LinePrefix {
  readonly #prefix: Buffer;
  #atStart = true;
  #afterReturn = false;

  /** @param color whether the sink is a terminal that supports colors */
  constructor(prefix: string, color: boolean) {
    // The prefix may contain names that the caller does not control.
    const line = Buffer.from(prefix.replace(/[\r\n]+/g, ' '));
    const shown = createFilter('escape').apply(line, 'end');
    this.#prefix = color
      ? Buffer.concat([Buffer.from(`\x1b[0;${colorOf(prefix)}m`), shown, Buffer.from('\x1b[0m')])
      : Buffer.from(shown);
  }

  apply(bytes: Uint8Array): Uint8Array {
    const length = this.#prefix.length;
    const lineEnds = new LineEnds(bytes);
    let output = scratch.take(bytes.length);
    let written = 0;
    let position = 0;
    while (position < bytes.length) {
      const byte = bytes[position] as number;
      const isBreak = byte === LF || byte === CR;
      const end = isBreak ? position + 1 : lineEnds.from(position);
      output = scratch.grow(output, written, written + length + end - position);
      // After a lone carriage return, the prefix is still on the screen.
      if (this.#atStart && !(isBreak && this.#afterReturn)) {
        output.set(this.#prefix, written);
        written += length;
      }
      if (end - position > LONG_RUN_BYTES) {
        output.set(bytes.subarray(position, end), written);
        written += end - position;
        position = end;
      } else {
        while (position < end) output[written++] = bytes[position++] as number;
      }
      this.#atStart = isBreak;
      this.#afterReturn = byte === CR;
    }
    return output.subarray(0, written);
  }

  restart(): void {
    this.#atStart = true;
    this.#afterReturn = false;
  }
}

/** Finds line ends in increasing order, and inspects each byte a bounded number of times. */
class LineEnds {
  readonly #bytes: Uint8Array;
  #lineFeed = -1;
  #carriageReturn = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  from(position: number): number {
    const bytes = this.#bytes;
    const near = Math.min(position + LONG_RUN_BYTES, bytes.length);
    for (let i = position; i < near; i++) if (bytes[i] === LF || bytes[i] === CR) return i;
    if (this.#lineFeed < near) this.#lineFeed = this.#find(LF, near);
    if (this.#carriageReturn < near) this.#carriageReturn = this.#find(CR, near);
    return Math.min(this.#lineFeed, this.#carriageReturn);
  }

  #find(byte: number, from: number): number {
    const found = this.#bytes.indexOf(byte, from);
    return found < 0 ? this.#bytes.length : found;
  }
}

/** Returns the same color for the same prefix in every process. */
function colorOf(prefix: string): number {
  let hash = 0;
  for (const character of prefix) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return COLORS[hash % COLORS.length] as number;
}

/** Whether to use colors on a terminal: respects https://no-color.org and terminals without colors. */
export const colorsWanted = (env: NodeJS.ProcessEnv = process.env): boolean =>
  !env['NO_COLOR'] && env['TERM'] !== 'dumb';
