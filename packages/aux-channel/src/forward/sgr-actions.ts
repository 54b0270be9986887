import { DEFAULT_COLOR, paletteColor } from './colors.js';

/** Bits of attributes that several parameters change. */
export const UNDERLINE = 0x08;
export const UNDERLINE_COLOR = 0x80;

/** Values of {@link ACTIONS}. */
export const RESET = 1;
export const ON = 2;
export const OFF = 3;
export const TEXT = 4;
export const BACKGROUND = 5;
export const COLOR_FOLLOWS = 6;

/** Represents all larger parameters, which have no meaning. */
export const LARGEST_PARAMETER = 256;
/** What each SGR parameter does; 0: it is dropped. */
export const ACTIONS = new Uint8Array(LARGEST_PARAMETER + 1);
/** The attribute's bits, or the color. */
export const OPERANDS = new Int32Array(LARGEST_PARAMETER + 1);

function define(action: number, operands: Readonly<Record<number, number>>): void {
  for (const [parameter, operand] of Object.entries(operands)) {
    ACTIONS[Number(parameter)] = action;
    OPERANDS[Number(parameter)] = operand;
  }
}

define(RESET, { 0: 0 });
// Attributes that leave text legible: bold, faint, italic, underline (single or double), reverse, crossed out,
// overline. Blink (5, 6), conceal (8) and other fonts (11–20) are omitted on purpose.
define(ON, { 1: 0x01, 2: 0x02, 3: 0x04, 4: UNDERLINE, 21: UNDERLINE, 7: 0x10, 9: 0x20, 53: 0x40 });
// The parameters that turn them off. Default font, blink off and conceal off are never needed.
define(OFF, { 22: 0x03, 23: 0x04, 24: UNDERLINE, 27: 0x10, 29: 0x20, 55: 0x40 });
define(OFF, { 59: UNDERLINE_COLOR, 10: 0, 25: 0, 28: 0 });
define(TEXT, { 39: DEFAULT_COLOR });
define(BACKGROUND, { 49: DEFAULT_COLOR });
for (let color = 0; color < 8; color++) {
  define(TEXT, { [30 + color]: paletteColor(color), [90 + color]: paletteColor(8 + color) });
  define(BACKGROUND, { [40 + color]: paletteColor(color), [100 + color]: paletteColor(8 + color) });
}
// A color of several numbers follows: of the text, the background or the underline.
define(COLOR_FOLLOWS, { 38: 0, 48: 0, 58: 0 });
