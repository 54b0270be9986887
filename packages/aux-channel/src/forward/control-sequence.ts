import { type Color, paletteColor, rgb } from './colors.js';
import { applyNumber, type Graphics, setColor } from './graphics.js';
import { ACTIONS, COLOR_FOLLOWS, LARGEST_PARAMETER, UNDERLINE } from './sgr-actions.js';
import { UNFINISHED } from './utf8.js';

/** Longer parameters are not interpreted. Unit: bytes. */
export const LONGEST_PARAMETERS = 64;
/** Length of the control sequence introducer: ESC and a bracket. */
export const CSI_BYTES = 2;
/** Final byte of SGR, "select graphic rendition" (ECMA-48, 8.3.117). */
export const SGR = 0x6d;

const ERASE_IN_LINE = 0x4b;
export const ZERO = 0x30;
const TWO = 0x32;
const NINE = 0x39;
const COLON = 0x3a;
const SEMICOLON = 0x3b;

/**
 * Length of the sequence at `position` if it is SGR (`m`) or erase-in-line (`K`); 0 for others, which do not
 * pass, and {@link UNFINISHED} if the input ends within it. Unit: bytes.
 */
export function sequenceLength(input: Uint8Array, position: number): number {
  const start = position + CSI_BYTES;
  const longest = start + LONGEST_PARAMETERS + 1;
  const end = longest < input.length ? longest : input.length;
  for (let i = start; i < end; i++) {
    const byte = input[i] as number;
    if (byte >= ZERO && byte <= SEMICOLON) continue;
    const isShort = i === start || (i === start + 1 && (input[start] as number) <= TWO);
    return byte === SGR || (byte === ERASE_IN_LINE && isShort) ? i + 1 - position : 0;
  }
  return end === longest ? 0 : UNFINISHED;
}

/** The comment of the loops of the escape filter explains the function around it. */
export const applySgr = (() => {
  const actions = ACTIONS;
  const largest = LARGEST_PARAMETER;
  /** The numbers of a color, or of a parameter with subparameters. */
  const numbers = new Uint16Array(LONGEST_PARAMETERS + 1);

  /**
   * Applies the parameters in `input` from `start` to `end`, and copies the allowed ones to `output` at `position`.
   * They are numbers between `;`, with optional subparameters after `:`.
   * @returns the position after the copy, or -1 if no parameter is allowed
   */
  function apply(
    graphics: Graphics,
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    position: number,
  ): number {
    let to = position;
    /** After the last allowed parameter and a semicolon, which the final byte replaces. */
    let kept = position;
    let count = 0;
    let value = 0;
    let hasColons = false;
    for (let i = start; i <= end; i++) {
      const byte = i < end ? (input[i] as number) : SEMICOLON;
      if (byte <= NINE) {
        output[to++] = byte;
        if (value < largest) value = value * 10 + byte - ZERO;
        continue;
      }
      let isAllowed = false;
      if (value > largest) value = largest;
      if (count === 0 && byte === SEMICOLON && actions[value] !== COLOR_FOLLOWS) {
        isAllowed = applyNumber(graphics, value);
      } else {
        numbers[count++] = value;
        const isColor = !hasColons && count > 1;
        // The parameters after a malformed color without colons are ambiguous, so none of them pass.
        if (isColor && (byte === COLON || lengthOfColor() === 0)) break;
        if (byte === COLON || (!hasColons && (count === 1 || count < lengthOfColor()))) {
          hasColons ||= byte === COLON;
          output[to++] = byte;
          value = 0;
          continue;
        }
        isAllowed = hasColons ? applyWithColons(graphics, count) : applyColor(graphics, count);
        if (!isAllowed && !hasColons) break;
        count = 0;
        hasColons = false;
      }
      value = 0;
      if (isAllowed) {
        output[to++] = SEMICOLON;
        kept = to;
      } else {
        to = kept;
      }
    }
    return kept === position ? -1 : kept - 1;
  }

  /** How many numbers a color has, by its kind: `38;5;n` or `38;2;r;g;b`; 0 for another kind. */
  const lengthOfColor = () => (numbers[1] === 5 ? 3 : numbers[1] === 2 ? 5 : 0);

  /** Applies a color whose last numbers are those at the end of the first `count` ones. */
  function applyColor(graphics: Graphics, count: number): boolean {
    const last = numbers[count - 1] as number;
    let color: Color;
    if (numbers[1] === 5) {
      if (last > 255) return false;
      color = paletteColor(last);
    } else {
      const red = numbers[count - 3] as number;
      const green = numbers[count - 2] as number;
      if (red > 255 || green > 255 || last > 255) return false;
      color = rgb(red, green, last);
    }
    setColor(graphics, numbers[0] as number, color);
    return true;
  }

  /** A color, where a color space may precede red, or a style of underline, `4:0` to `4:5`. */
  function applyWithColons(graphics: Graphics, count: number): boolean {
    if (actions[numbers[0] as number] === COLOR_FOLLOWS) {
      const length = lengthOfColor();
      const isWellFormed = count === length || (length === 5 && count === 6);
      return length > 0 && isWellFormed && applyColor(graphics, count);
    }
    const style = numbers[1] as number;
    if (numbers[0] !== 4 || count !== 2) return false;
    if (style > 0) graphics.attributes |= UNDERLINE;
    else graphics.attributes &= ~UNDERLINE;
    return style <= 5;
  }

  return apply;
})();

/** What {@link shortParameter} returns for longer sequences, for none that passes, and for one without parameters. */
export const OTHER = -1;
const NONE = -2;
export const EMPTY = -3;

/**
 * The parameter of an SGR sequence of one or two digits; {@link OTHER} or {@link NONE} if it is none. Most sequences
 * are so short, and {@link applySgr} is slower.
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
