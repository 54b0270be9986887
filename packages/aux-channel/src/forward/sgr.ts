import { type Color, PALETTE, rgb } from './colors.js';
import type { Graphics } from './graphics.js';
import * as action from './sgr-actions.js';

/** Longer parameters are not interpreted. Unit: bytes. */
export const LONGEST_PARAMETERS = 64;

export const ZERO = 0x30;
export const NINE = 0x39;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
/** Final byte of SGR, "select graphic rendition" (ECMA-48, 8.3.117). */
export const SGR = 0x6d;

/** The comment of the loops of the escape filter explains the functions around these. */
export const applyNumbers = (() => {
  const zero = ZERO;
  const nine = NINE;
  const colon = COLON;
  const semicolon = SEMICOLON;
  const sgr = SGR;
  const largest = action.LARGEST_PARAMETER;
  const colorFollows = action.COLOR_FOLLOWS;
  const numbers = new Uint16Array(LONGEST_PARAMETERS + 1);

  /**
   * Applies a color of several numbers, or a parameter with subparameters, and copies it to `output` at `written`. Its
   * first number is known; `position` is after that, and `limit` is the latest end of the sequence.
   * @returns the position after it; the complement of that if it does not pass. The parameters after a malformed color
   *   without colons are ambiguous, so they belong to it.
   */
  function apply(
    graphics: Graphics,
    first: number,
    input: Uint8Array,
    position: number,
    limit: number,
    output: Uint8Array,
    written: number,
  ): number {
    let count = 0;
    let value = first;
    let hasColons = false;
    let to = written;
    for (let i = position; i < limit; i++) {
      const byte = input[i] as number;
      output[to++] = byte;
      if (byte <= nine && byte >= zero) {
        value = value * 10 + byte - zero;
        if (value > largest) value = largest;
        continue;
      }
      if (byte < zero || (byte > semicolon && byte !== sgr)) return ~i;
      numbers[count++] = value;
      value = 0;
      if (byte === colon) {
        if (!hasColons && count > 1) return ~skip(input, i, limit);
        hasColons = true;
      } else if (hasColons) {
        return applyWithColons(graphics, count) ? i : ~i;
      } else if (count > 1) {
        const length = lengthOfColor();
        if (count === length && applyColor(graphics, count)) return i;
        if (count >= length || byte === sgr) return ~skip(input, i, limit);
      } else if (byte === sgr) {
        return ~i;
      }
    }
    return ~limit;
  }

  /** Returns the position after all remaining parameters. */
  function skip(input: Uint8Array, position: number, limit: number): number {
    let i = position;
    while (i < limit && (input[i] as number) >= zero && (input[i] as number) <= semicolon) i++;
    return i;
  }

  /** How many numbers a color has, by its kind: `38;5;n` or `38;2;r;g;b`; 0 for another kind. */
  const lengthOfColor = () => (numbers[1] === 5 ? 3 : numbers[1] === 2 ? 5 : 0);

  /** Applies a color whose last numbers are those at the end of the first `count` ones. */
  function applyColor(graphics: Graphics, count: number): boolean {
    const last = numbers[count - 1] as number;
    if (last > 255) return false;
    let color = PALETTE[last] as Color;
    if (numbers[1] === 2) {
      const red = numbers[count - 3] as number;
      const green = numbers[count - 2] as number;
      if (red > 255 || green > 255) return false;
      color = rgb(red, green, last);
    }
    const target = numbers[0];
    if (target === 38) graphics.text = color;
    else if (target === 48) graphics.background = color;
    else graphics.attributes |= action.UNDERLINE_COLOR;
    return true;
  }

  /** A color, where a color space may precede red, or a style of underline, `4:0` to `4:5`. */
  function applyWithColons(graphics: Graphics, count: number): boolean {
    if (colorFollows[numbers[0] as number] !== 0) {
      const length = lengthOfColor();
      const isWellFormed = count === length || (length === 5 && count === 6);
      return length > 0 && isWellFormed && applyColor(graphics, count);
    }
    const style = numbers[1] as number;
    if (numbers[0] !== 4 || count !== 2) return false;
    if (style > 0) graphics.attributes |= action.UNDERLINE;
    else graphics.attributes &= ~action.UNDERLINE;
    return style <= 5;
  }

  return apply;
})();
