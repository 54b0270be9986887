import { type Color, DEFAULT_COLOR } from './colors.js';
import { copy } from './copy.js';

export const RESET = Buffer.from('\x1b[0m');
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

  assign({ text, background, attributes }: Graphics): void {
    this.text = text;
    this.background = background;
    this.attributes = attributes;
  }

  reset(): void {
    this.text = DEFAULT_COLOR;
    this.background = DEFAULT_COLOR;
    this.attributes = 0;
  }

  /** Turns everything off, if anything is on, and writes that. Returns the position after it. */
  writeReset(output: Uint8Array, position: number): number {
    if (!this.isSet) return position;
    this.reset();
    return copy(RESET, 0, RESET.length, output, position);
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
