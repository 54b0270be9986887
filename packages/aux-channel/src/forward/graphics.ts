import { type Color, DEFAULT_COLOR } from './colors.js';
import { copy } from './copy.js';
import * as action from './sgr-actions.js';

const DEFAULT_BACKGROUND = Buffer.from(';49');

/** The colors and attributes that a channel has turned on. */
export class Graphics {
  text: Color = DEFAULT_COLOR;
  background: Color = DEFAULT_COLOR;
  attributes = 0;

  /** Whether anything differs from the terminal's defaults. */
  get isSet(): boolean {
    return (
      this.attributes !== 0 || this.text !== DEFAULT_COLOR || this.background !== DEFAULT_COLOR
    );
  }

  reset(): void {
    this.text = DEFAULT_COLOR;
    this.background = DEFAULT_COLOR;
    this.attributes = 0;
  }

  /**
   * Removes a background in the color of the text, and writes that to `output` at `position`, within an SGR
   * sequence.
   * @returns the position after it: three bytes more
   */
  makeLegible(output: Uint8Array, position: number): number {
    this.background = DEFAULT_COLOR;
    return copy(DEFAULT_BACKGROUND, 0, DEFAULT_BACKGROUND.length, output, position);
  }
}

/**
 * Applies an SGR parameter of a single number. Returns whether it is allowed. The comment of the escape filter explains
 * the function around it.
 */
export const applyNumber = (() => {
  const actions = action.ACTIONS;
  const operands = action.OPERANDS;
  return (graphics: Graphics, parameter: number): boolean => {
    const operand = operands[parameter] as number;
    const kind = actions[parameter];
    if (kind === action.RESET) graphics.reset();
    else if (kind === action.ON) graphics.attributes |= operand;
    else if (kind === action.OFF) graphics.attributes &= ~operand;
    else if (kind === action.TEXT) graphics.text = operand;
    else if (kind === action.BACKGROUND) graphics.background = operand;
    else return false;
    return true;
  };
})();

/** Applies a color of several numbers, `target` is the first. */
export function setColor(graphics: Graphics, target: number, color: Color): void {
  if (target === 38) graphics.text = color;
  else if (target === 48) graphics.background = color;
  else graphics.attributes |= action.UNDERLINE_COLOR;
}
