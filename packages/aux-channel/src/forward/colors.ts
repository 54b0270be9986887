/** A color as 0xRRGGBB; {@link DEFAULT_COLOR} for the terminal's default. */
export type Color = number;

export const DEFAULT_COLOR: Color = -1;

/** Colors 0–15 as xterm defines them. Terminals differ, but equal numbers are equal everywhere. */
const BASIC = [
  ...[0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5],
  ...[0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff],
];

/** If red, green and blue each differ by less than this, text is not legible on its background. */
const LEGIBLE_DIFFERENCE = 48;

export const rgb = (red: number, green: number, blue: number): Color =>
  (red << 16) | (green << 8) | blue;

/** The 256 numbered colors: 16 basic ones, a cube of 6 × 6 × 6, 24 grays. */
export const PALETTE = Int32Array.from({ length: 256 }, (_, number) => {
  if (number < 16) return BASIC[number] as Color;
  if (number >= 232) return rgb(1, 1, 1) * (8 + 10 * (number - 232));
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cell = number - 16;
  return rgb(level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6));
});

export const paletteColor = (number: number): Color => PALETTE[number] as Color;

/** Whether text in one color is legible on the other; assumed if one is the terminal's default. */
export function isLegible(text: Color, background: Color): boolean {
  if (text === DEFAULT_COLOR || background === DEFAULT_COLOR) return true;
  return (
    differs(text >> 16, background >> 16) ||
    differs(text >> 8, background >> 8) ||
    differs(text, background)
  );
}

const differs = (one: number, other: number) =>
  Math.abs((one & 0xff) - (other & 0xff)) >= LEGIBLE_DIFFERENCE;
