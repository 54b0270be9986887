import { type Color, DEFAULT_COLOR, isLegible, paletteColor, rgb } from './colors.js';
import * as sgr from './sgr-actions.js';
import { COLON, LARGEST_VALUE, SEMICOLON, SgrParameters, ZERO } from './sgr-parameters.js';

const DEFAULT_BACKGROUND = [...Buffer.from(';49')];

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
   * @returns the position after the copy, or -1 if no parameter is allowed
   */
  apply(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    position: number,
  ): number {
    const text = this.#text;
    const background = this.#background;
    const behind = this.#copyAllowed(input, start, end, output, position);
    if (behind < 0) return behind;
    const isUnchanged = text === this.#text && background === this.#background;
    if (isUnchanged || isLegible(this.#text, this.#background)) return behind;
    this.#background = DEFAULT_COLOR;
    for (let i = 0; i < DEFAULT_BACKGROUND.length; i++) {
      output[behind + i] = DEFAULT_BACKGROUND[i] as number;
    }
    return behind + DEFAULT_BACKGROUND.length;
  }

  /**
   * Reads single numbers as they come. {@link SgrParameters} are several times slower, so they are used
   * only from the first colon or color of several numbers on.
   */
  #copyAllowed(
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
    let passed = false;
    let behind = position;
    let from = start;
    let value = 0;
    for (let i = start; ; i++) {
      const byte = i < end ? (input[i] as number) : SEMICOLON;
      if (byte < COLON) {
        // Copied before it is known whether the parameter passes; most do.
        output[position++] = byte;
        value = value > LARGEST_VALUE ? value : value * 10 + byte - ZERO;
        continue;
      }
      if (byte === COLON || sgr.isColorOfSeveral(value)) {
        return this.#copyStructured(input, from, end, output, behind, passed);
      }
      if (this.#applyNumber(value)) {
        behind = position;
        passed = true;
      }
      if (i >= end) return passed ? behind : -1;
      position = behind;
      if (passed) output[position++] = SEMICOLON;
      from = i + 1;
      value = 0;
    }
  }

  #copyStructured(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    position: number,
    follows: boolean,
  ): number {
    const parameters = this.#parameters;
    parameters.read(input, start, end);
    let passed = follows;
    let used: number;
    for (let index = 0; index < parameters.count; index += Math.abs(used)) {
      used = this.#applyAt(index);
      if (used < 0) continue;
      if (passed) output[position++] = SEMICOLON;
      passed = true;
      const behind = start + parameters.start(index + used) - 1;
      for (let i = start + parameters.start(index); i < behind; i++) {
        output[position++] = input[i] as number;
      }
    }
    return passed ? position : -1;
  }

  /**
   * Returns the number of parameters, from `index` on, that belong together; negative if they are not
   * allowed.
   */
  #applyAt(index: number): number {
    const parameter = this.#parameters.value(index);
    const subparameters = this.#parameters.subparameters(index);
    if (sgr.isColorOfSeveral(parameter)) {
      return this.#applyColor(index, subparameters);
    }
    if (parameter === 4 && subparameters === 1) {
      // A style of underline, `4:0` to `4:5`.
      const style = this.#parameters.value(index + 1);
      if (style > 0) this.#attributes |= sgr.UNDERLINE;
      else this.#attributes &= ~sgr.UNDERLINE;
      return style <= 5 ? 2 : -2;
    }
    return subparameters === 0 && this.#applyNumber(parameter) ? 1 : -1 - subparameters;
  }

  #applyNumber(parameter: number): boolean {
    if (parameter >= sgr.ACTIONS.length) return false;
    const operand = sgr.OPERANDS[parameter] as number;
    switch (sgr.ACTIONS[parameter]) {
      case sgr.RESET:
        this.reset();
        return true;
      case sgr.ON:
        this.#attributes |= operand;
        return true;
      case sgr.OFF:
        this.#attributes &= ~operand;
        return true;
      case sgr.TEXT:
        this.#text = operand;
        return true;
      case sgr.BACKGROUND:
        this.#background = operand;
        return true;
      default:
        return false;
    }
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
    else this.#attributes |= sgr.UNDERLINE_COLOR;
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
