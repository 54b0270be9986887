import { isLegible } from './colors.js';
import { copy } from './copy.js';
import type { EscapeState } from './escape-state.js';
import { Graphics } from './graphics.js';
import { applyNumbers, COLON, LONGEST_PARAMETERS, NINE, SEMICOLON, SGR, ZERO } from './sgr.js';
import * as action from './sgr-actions.js';
import { UNFINISHED } from './utf8.js';

/** Length of the control sequence introducer: ESC and a bracket. */
const CSI_BYTES = 2;

/** The comment of the loops of the escape filter explains the function around it. */
export const passSequence = (() => {
  const escape = 0x1b;
  const bracket = 0x5b;
  const zero = ZERO;
  const two = 0x32;
  const nine = NINE - ZERO;
  const colon = COLON;
  const semicolon = SEMICOLON;
  const sgr = SGR;
  const erase = 0x4b;
  const csi = CSI_BYTES;
  const longest = LONGEST_PARAMETERS + 1;
  const largest = action.LARGEST_PARAMETER;
  const keptAttributes = action.KEPT_ATTRIBUTES;
  const setAttributes = action.SET_ATTRIBUTES;
  const keptText = action.KEPT_TEXT;
  const setText = action.SET_TEXT;
  const keptBackground = action.KEPT_BACKGROUND;
  const setBackground = action.SET_BACKGROUND;
  const passes = action.PASSES;
  const colorFollows = action.COLOR_FOLLOWS;
  /** What the channel turns on if the sequence is valid. */
  const next = new Graphics();

  /**
   * Writes the sequence at `position` to the output at `from`, as far as it passes: SGR (`m`) with the allowed
   * parameters, and erase-in-line (`K`). Parameters are numbers between `;`, with optional subparameters after `:`.
   * @returns its length, and sets {@link EscapeState.written}; 0 for another sequence, which does not pass;
   *   {@link UNFINISHED} if the input ends within it. Unit: bytes.
   */
  function pass(state: EscapeState, position: number, from: number): number {
    const { graphics, input, output } = state;
    const start = position + csi;
    if (start < input.length && (input[start] as number) < zero) return 0;
    const longestEnd = start + longest;
    const limit = longestEnd < input.length ? longestEnd : input.length;
    const first = from + csi;
    let written = first;
    /** After the last allowed parameter and a semicolon, which the final byte replaces. */
    let kept = first;
    let value = 0;
    let i = start;
    next.assign(graphics);
    for (; i < limit; i++) {
      let byte = input[i] as number;
      const digit = byte - zero;
      if (digit >>> 0 <= nine) {
        output[written++] = byte;
        value = value * 10 + digit;
        if (value > largest) value = largest;
        continue;
      }
      let passed = passes[value] as number;
      if (byte === colon || (colorFollows[value] !== 0 && byte === semicolon)) {
        const end = applyNumbers(next, value, input, i, limit, output, written);
        passed = end < 0 ? 0 : -1;
        const after = end < 0 ? ~end : end;
        written += after - i;
        i = after;
        byte = i < limit ? (input[i] as number) : 0;
        if (byte !== semicolon && byte !== sgr) break;
      } else {
        if (byte !== semicolon && byte !== sgr) break;
        next.attributes =
          (next.attributes & (keptAttributes[value] as number)) | (setAttributes[value] as number);
        next.text = (next.text & (keptText[value] as number)) | (setText[value] as number);
        next.background =
          (next.background & (keptBackground[value] as number)) | (setBackground[value] as number);
      }
      value = 0;
      output[written++] = semicolon;
      kept += (written - kept) & passed;
      written = kept;
      if (byte === sgr) {
        graphics.assign(next);
        state.written = from;
        if (kept > first) {
          output[kept - 1] = sgr;
          if (!isLegible(graphics.text, graphics.background)) {
            kept = graphics.makeLegible(output, kept - 1);
            output[kept++] = sgr;
          }
          output[from] = escape;
          output[from + 1] = bracket;
          state.written = kept;
        }
        return i + 1 - position;
      }
    }
    if (i >= limit) return limit < longestEnd ? UNFINISHED : 0;
    const isShort = i === start || (i === start + 1 && (input[start] as number) <= two);
    if (input[i] !== erase || !isShort) return 0;
    state.written = writeErasure(state, position, i + 1 - position, from);
    return i + 1 - position;
  }
  return pass;
})();

const RETURN_AND_ERASE = Buffer.from('\r\x1b[K');

/** Writes an erase-in-line sequence. Returns the position after it. */
function writeErasure(
  { graphics, prefixed, input, output }: EscapeState,
  position: number,
  length: number,
  written: number,
): number {
  const erasesStart = length > CSI_BYTES + 1 && input[position + CSI_BYTES] !== ZERO;
  if (!prefixed || !erasesStart) return copy(input, position, length, output, written);
  const from = graphics.writeReset(output, written);
  return copy(RETURN_AND_ERASE, 0, RETURN_AND_ERASE.length, output, from);
}
