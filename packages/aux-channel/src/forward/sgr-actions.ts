import { type Color, DEFAULT_COLOR, paletteColor } from './colors.js';

/** Bits of attributes that several parameters change. */
export const UNDERLINE = 0x08;
export const UNDERLINE_COLOR = 0x80;
const ALL = -1;

/** Represents all larger parameters, which have no meaning. */
export const LARGEST_PARAMETER = 256;
const bits = (initial: number) => new Int32Array(LARGEST_PARAMETER + 1).fill(initial);

/**
 * What each SGR parameter does: of the attributes, the color of the text and that of the background, the bits that it
 * keeps and those that it then sets. This takes no branch, which hostile input would make unpredictable.
 */
export const KEPT_ATTRIBUTES = bits(ALL);
export const SET_ATTRIBUTES = bits(0);
export const KEPT_TEXT = bits(ALL);
export const SET_TEXT = bits(0);
export const KEPT_BACKGROUND = bits(ALL);
export const SET_BACKGROUND = bits(0);
/** All bits: the parameter passes; 0: it is dropped. */
export const PASSES = bits(0);
/** Not 0: a color of several numbers follows. */
export const COLOR_FOLLOWS = new Uint8Array(LARGEST_PARAMETER + 1);

function attribute(parameter: number, off: number, on: number): void {
  PASSES[parameter] = ALL;
  KEPT_ATTRIBUTES[parameter] = ~off;
  SET_ATTRIBUTES[parameter] = on;
}

function colors(textParameter: number, backgroundParameter: number, color: Color): void {
  PASSES[textParameter] = ALL;
  KEPT_TEXT[textParameter] = 0;
  SET_TEXT[textParameter] = color;
  PASSES[backgroundParameter] = ALL;
  KEPT_BACKGROUND[backgroundParameter] = 0;
  SET_BACKGROUND[backgroundParameter] = color;
}

attribute(0, ALL, 0);
colors(0, 0, DEFAULT_COLOR);
// Attributes that leave text legible: bold, faint, italic, underline (single or double), reverse, crossed out,
// overline. Blink (5, 6), conceal (8) and other fonts (11–20) are omitted on purpose.
const ON = { 1: 0x01, 2: 0x02, 3: 0x04, 4: UNDERLINE, 21: UNDERLINE, 7: 0x10, 9: 0x20, 53: 0x40 };
for (const [parameter, on] of Object.entries(ON)) attribute(Number(parameter), 0, on);
// The parameters that turn them off. Default font, blink off and conceal off are never needed.
const OFF = { 22: 0x03, 23: 0x04, 24: UNDERLINE, 25: 0, 27: 0x10, 28: 0, 29: 0x20, 55: 0x40 };
for (const [parameter, off] of Object.entries(OFF)) attribute(Number(parameter), off, 0);
attribute(59, UNDERLINE_COLOR, 0);
attribute(10, 0, 0);
colors(39, 49, DEFAULT_COLOR);
for (let color = 0; color < 8; color++) {
  colors(30 + color, 40 + color, paletteColor(color));
  colors(90 + color, 100 + color, paletteColor(8 + color));
}

// A color of several numbers follows: of the text, the background or the underline.
for (const parameter of [38, 48, 58]) COLOR_FOLLOWS[parameter] = 1;
