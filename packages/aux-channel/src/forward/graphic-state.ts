import { type Color, DEFAULT_COLOR, isLegible, paletteColor, rgb } from './colors.js';
import { SgrParameters } from './sgr-parameters.js';

const SEMICOLON = 0x3b;
const DEFAULT_BACKGROUND = [...Buffer.from(';49')];

const UNDERLINE = 0x08;
const UNDERLINE_COLOR = 0x80;
/**
 * Attributes that leave text legible: bold, faint, italic, underline (single or double), reverse,
 * crossed out, overline. Blink (5, 6), conceal (8) and other fonts (11–20) are omitted on purpose.
 */
const ON = byParameter({
  ...{ 1: 0x01, 2: 0x02, 3: 0x04, 4: UNDERLINE, 21: UNDERLINE, 7: 0x10, 9: 0x20, 53: 0x40 },
});
/** The parameters that turn them off. Default font, blink off and conceal off are never needed. */
const OFF = byParameter({
  ...{ 22: 0x03, 23: 0x04, 24: UNDERLINE, 27: 0x10, 29: 0x20, 55: 0x40, 59: UNDERLINE_COLOR },
  ...{ 10: 0, 25: 0, 28: 0 },
});

/** Bits of the attributes; -1 if the parameter is not an attribute. */
function byParameter(bits: Readonly<Record<number, number>>): Int16Array {
  return Int16Array.from({ length: 108 }, (_, parameter) => bits[parameter] ?? -1);
}

/**
 * The colors and attributes that a channel has turned on with SGR sequences ("select graphic rendition",
 * ECMA-48, 8.3.117). Drops parameters that would hide text.
 */
export class GraphicState {
  readonly #parameters = new SgrParameters();
  #text: Color = DEFAULT_COLOR;
  #background: Color = DEFAULT_COLOR;
  #attributes = 0;

  /** Whether anything differs from the terminal's defaults. */
  get isSet(): boolean {
    return (
      this.#attributes !== 0 || this.#text !== DEFAULT_COLOR || this.#background !== DEFAULT_COLOR
    );
  }

  reset(): void {
    this.#text = DEFAULT_COLOR;
    this.#background = DEFAULT_COLOR;
    this.#attributes = 0;
  }

  /**
   * Applies the SGR parameters in `input` from `start` to `end`, and copies the allowed ones to `output`
   * at `position`. The copy may be up to three bytes longer.
   *
   * @returns the position after the copy, or -1 if no parameter is allowed
   */
  apply(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    position: number,
  ): number {
    if (start === end) {
      this.reset();
      return position;
    }
    const parameters = this.#parameters;
    parameters.read(input, start, end);
    let passed = 0;
    let used: number;
    for (let index = 0; index < parameters.count; index += Math.abs(used)) {
      used = this.#applyAt(index);
      if (used < 0) continue;
      if (passed++ > 0) output[position++] = SEMICOLON;
      const behind = start + parameters.start(index + used) - 1;
      for (let i = start + parameters.start(index); i < behind; i++) {
        output[position++] = input[i] as number;
      }
    }
    if (passed === 0) return -1;
    if (isLegible(this.#text, this.#background)) return position;
    this.#background = DEFAULT_COLOR;
    for (const byte of DEFAULT_BACKGROUND) output[position++] = byte;
    return position;
  }

  /**
   * Returns the number of parameters, from `index` on, that belong together; negative if they are not
   * allowed.
   */
  #applyAt(index: number): number {
    const parameter = this.#parameters.value(index);
    const subparameters = this.#parameters.subparameters(index);
    if (parameter === 38 || parameter === 48 || parameter === 58) {
      return this.#applyColor(index, subparameters);
    }
    if (parameter === 4 && subparameters === 1) {
      // A style of underline, `4:0` to `4:5`.
      const style = this.#parameters.value(index + 1);
      if (style > 0) this.#attributes |= UNDERLINE;
      else this.#attributes &= ~UNDERLINE;
      return style <= 5 ? 2 : -2;
    }
    return subparameters === 0 && this.#applyNumber(parameter) ? 1 : -1 - subparameters;
  }

  #applyNumber(parameter: number): boolean {
    if (parameter >= ON.length) return false;
    const on = ON[parameter] as number;
    const off = OFF[parameter] as number;
    if (parameter === 0) this.reset();
    else if (on >= 0) this.#attributes |= on;
    else if (off >= 0) this.#attributes &= ~off;
    else if (parameter >= 30 && parameter <= 37) this.#text = paletteColor(parameter - 30);
    else if (parameter === 39) this.#text = DEFAULT_COLOR;
    else if (parameter >= 40 && parameter <= 47) this.#background = paletteColor(parameter - 40);
    else if (parameter === 49) this.#background = DEFAULT_COLOR;
    else if (parameter >= 90 && parameter <= 97) this.#text = paletteColor(parameter - 82);
    else if (parameter >= 100) this.#background = paletteColor(parameter - 92);
    else return false;
    return true;
  }

  /** `38;5;n` and `38;2;r;g;b`, or with colons, where a color space may stand before r. */
  #applyColor(index: number, subparameters: number): number {
    const parameters = this.#parameters;
    const kind = parameters.value(index + 1);
    const numbers = kind === 5 ? 1 : kind === 2 ? 3 : 0;
    const used = 1 + (subparameters > 0 ? subparameters : 1 + numbers);
    const color = this.#colorAt(index + used - numbers, numbers);
    const isWellFormed =
      subparameters > 0
        ? subparameters === 1 + numbers || (kind === 2 && subparameters === 5)
        : !parameters.hasColon(index, index + used);
    if (color === null || !isWellFormed) {
      // The parameters after a malformed color without colons are ambiguous, so none of them pass.
      return subparameters > 0 ? -used : index - parameters.count;
    }
    const target = parameters.value(index);
    if (target === 38) this.#text = color;
    else if (target === 48) this.#background = color;
    else this.#attributes |= UNDERLINE_COLOR;
    return used;
  }

  #colorAt(index: number, numbers: number): Color | null {
    if (numbers === 0 || index + numbers > this.#parameters.count) return null;
    const first = this.#parameters.value(index);
    if (numbers === 1) return first <= 255 ? paletteColor(first) : null;
    const second = this.#parameters.value(index + 1);
    const third = this.#parameters.value(index + 2);
    return Math.max(first, second, third) <= 255 ? rgb(first, second, third) : null;
  }
}
