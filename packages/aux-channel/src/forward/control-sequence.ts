import { type Color, paletteColor, rgb } from './colors.js';
import { applyNumber, type Graphics, setColor } from './graphics.js';
import { ACTIONS, COLOR_FOLLOWS, LARGEST_PARAMETER, UNDERLINE } from './sgr-actions.js';
import { UNFINISHED } from './utf8.js';

/** Longer parameters are not interpreted. Unit: bytes. */
export const LONGEST_PARAMETERS = 64;
/** Length of the control sequence introducer: ESC and a bracket. */
const CSI_BYTES = 2;
/** Final byte of SGR, "select graphic rendition" (ECMA-48, 8.3.117). */
export const SGR = 0x6d;

const ZERO = 0x30;
const NINE = 0x39;
const SEMICOLON = 0x3b;
const COLON = 0x3a;
const ERASE_IN_LINE = 0x4b;

/** A sequence that may pass: numbers between `;`, with optional subparameters after `:`, and a final byte. */
export class ControlSequence {
  /** The number of parameters and subparameters. */
  #count = 0;
  readonly #values = new Uint16Array(LONGEST_PARAMETERS + 1);
  /** Offsets of their texts from the ESC; for `#count`, one byte after the last. Unit: bytes. */
  readonly #starts = new Uint8Array(LONGEST_PARAMETERS + 2);
  /** 1 for subparameters. */
  readonly #afterColon = new Uint8Array(LONGEST_PARAMETERS + 2);

  /**
   * Reads the sequence at `position`.
   * @returns its length if it is SGR (`m`) or erase-in-line (`K`); 0 for others, which do not pass, and
   * {@link UNFINISHED} if the input ends within it
   */
  read(input: Uint8Array, position: number): number {
    const values = this.#values;
    const starts = this.#starts;
    const afterColon = this.#afterColon;
    const start = position + CSI_BYTES;
    const longest = start + LONGEST_PARAMETERS + 1;
    const end = longest < input.length ? longest : input.length;
    let count = 0;
    let value = 0;
    starts[0] = CSI_BYTES;
    for (let i = start; i < end; i++) {
      const byte = input[i] as number;
      if (byte >= ZERO && byte <= NINE) {
        if (value < LARGEST_PARAMETER) value = value * 10 + byte - ZERO;
        continue;
      }
      values[count] = value > LARGEST_PARAMETER ? LARGEST_PARAMETER : value;
      starts[++count] = i + 1 - position;
      afterColon[count] = byte === COLON ? 1 : 0;
      if (byte !== COLON && byte !== SEMICOLON) {
        this.#count = count;
        const erases = byte === ERASE_IN_LINE && count === 1 && i <= start + 1 && value <= 2;
        return byte === SGR || erases ? i + 1 - position : 0;
      }
      value = 0;
    }
    return end === longest ? 0 : UNFINISHED;
  }

  /** Whether an erase-in-line reaches the start of the line. */
  get erasesStart(): boolean {
    return this.#values[0] !== 0;
  }

  /**
   * Applies an SGR sequence that begins at `start` in `input`, and copies the allowed parameters to `output` at
   * `position`.
   * @returns the position after the copy, or -1 if no parameter is allowed
   */
  apply(
    graphics: Graphics,
    input: Uint8Array,
    start: number,
    output: Uint8Array,
    position: number,
  ): number {
    const starts = this.#starts;
    const count = this.#count;
    let end = position;
    for (let index = 0; index < count;) {
      const used = this.#applyAt(graphics, index);
      if (used < 0) {
        index -= used;
        continue;
      }
      const behind = start + (starts[index + used] as number) - 1;
      for (let i = start + (starts[index] as number); i < behind; i++) {
        output[end++] = input[i] as number;
      }
      output[end++] = SEMICOLON;
      index += used;
    }
    // The final byte belongs in the place of the last semicolon.
    return end === position ? -1 : end - 1;
  }

  /**
   * Returns the number of parameters, from `index` on, that belong together; negative if they are not
   * allowed.
   */
  #applyAt(graphics: Graphics, index: number): number {
    const parameter = this.#values[index] as number;
    if (this.#afterColon[index + 1] === 0 && applyNumber(graphics, parameter)) return 1;
    const subparameters = this.#subparameters(index);
    if (ACTIONS[parameter] === COLOR_FOLLOWS) {
      return this.#applyColor(graphics, index, subparameters);
    }
    if (parameter !== 4 || subparameters !== 1) return -1 - subparameters;
    // A style of underline, `4:0` to `4:5`.
    const style = this.#value(index + 1);
    if (style > 0) graphics.attributes |= UNDERLINE;
    else graphics.attributes &= ~UNDERLINE;
    return style <= 5 ? 2 : -2;
  }

  /** `38;5;n` and `38;2;r;g;b`, or with colons, where a color space may stand before r. */
  #applyColor(graphics: Graphics, index: number, subparameters: number): number {
    const kind = this.#value(index + 1);
    const numbers = kind === 5 ? 1 : kind === 2 ? 3 : 0;
    const used = 1 + (subparameters > 0 ? subparameters : 1 + numbers);
    const color = this.#colorAt(index + used - numbers, numbers);
    const isWellFormed =
      subparameters > 0
        ? subparameters === 1 + numbers || (kind === 2 && subparameters === 5)
        : !this.#afterColon.subarray(index, Math.min(index + used + 1, this.#count)).includes(1);
    if (color === null || !isWellFormed) {
      // The parameters after a malformed color without colons are ambiguous, so none of them pass.
      return subparameters > 0 ? -used : index - this.#count;
    }
    setColor(graphics, this.#value(index), color);
    return used;
  }

  #colorAt(index: number, numbers: number): Color | null {
    if (numbers === 0 || index + numbers > this.#count) return null;
    const first = this.#value(index);
    if (numbers === 1) return first <= 255 ? paletteColor(first) : null;
    const second = this.#value(index + 1);
    const third = this.#value(index + 2);
    return Math.max(first, second, third) <= 255 ? rgb(first, second, third) : null;
  }

  /** An omitted or missing number is 0. */
  #value(index: number): number {
    return index < this.#count ? (this.#values[index] as number) : 0;
  }

  #subparameters(index: number): number {
    let next = index + 1;
    while (next < this.#count && this.#afterColon[next] === 1) next += 1;
    return next - index - 1;
  }
}

/** What {@link shortParameter} returns for longer sequences, for none that passes, and for one without parameters. */
export const OTHER = -1;
const NONE = -2;
export const EMPTY = -3;

/**
 * The parameter of an SGR sequence of one or two digits; {@link OTHER} or {@link NONE} if it is none. Most sequences
 * are so short, and a {@link ControlSequence} is several times slower.
 */
export function shortParameter(input: Uint8Array, position: number): number {
  if (position + CSI_BYTES + 2 >= input.length) return OTHER;
  const first = input[position + CSI_BYTES] as number;
  if (first < ZERO) return NONE;
  if (first === SGR) return EMPTY;
  if (first > NINE) return first <= SEMICOLON || first === ERASE_IN_LINE ? OTHER : NONE;
  const second = input[position + CSI_BYTES + 1] as number;
  if (second === SGR) return first - ZERO;
  const third = input[position + CSI_BYTES + 2];
  if (first === ZERO || second < ZERO || second > NINE || third !== SGR) return OTHER;
  return 10 * (first - ZERO) + second - ZERO;
}
