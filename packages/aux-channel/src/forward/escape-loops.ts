import { END, FOLLOWING, LENGTHS, LINE_END, SHOWN, SPECIAL } from './byte-table.js';
import { isLegible } from './colors.js';
import { copy } from './copy.js';
import {
  applySgr,
  CSI_BYTES,
  EMPTY,
  OTHER,
  sequenceLength,
  SGR,
  shortParameter,
  ZERO,
} from './control-sequence.js';
import { applyNumber, Graphics } from './graphics.js';
import { characterLength } from './utf8.js';

export const NOTHING = Buffer.alloc(0);

/** @param table where the tables of the terminal begin */
export class EscapeState {
  readonly graphics = new Graphics();
  /** Whether a sequence that the end of the input interrupts is held back. */
  isPartial = false;
  held: Uint8Array = NOTHING;
  input: Uint8Array = NOTHING;
  output: Uint8Array = NOTHING;
  /** The same memory as `output`. */
  view: DataView = new DataView(NOTHING.buffer);
  written = 0;

  constructor(
    readonly table: number,
    readonly prefixed: boolean,
  ) {}
}

export const RESET = Buffer.from('\x1b[0m');
const RETURN_AND_ERASE = Buffer.from('\r\x1b[K');

/**
 * The loops of the escape filter. The tables are constants of a function, and the loops are small functions, because V8
 * compiles that to code that is twice as fast: bundlers turn constants of a module into variables, and a method
 * loads the address of a table for each element.
 */
export const { isHarmless, showOrdinary, passSpecial } = (() => {
  const shown = SHOWN;
  const lengths = LENGTHS;
  const special = SPECIAL;
  const following = FOLLOWING;
  const atEnd = END;
  const lineEnd = LINE_END;
  const escape = 0x1b;
  /** ESC and a bracket, and zeros for two more bytes. */
  const csiWord = 0x1b5b0000;
  const resetWord = RESET.readUInt32BE();
  /** After more ordinary bytes than these, {@link showOrdinary} continues. */
  const few = 4;

  /** Whether the bytes pass unchanged while no color is on. */
  function isHarmless(input: Uint8Array, table: number): boolean {
    for (let i = 0; i < input.length; i++) {
      if (lengths[table + (input[i] as number)] !== 1) return false;
    }
    return true;
  }

  /** Shows bytes up to a special one. Returns its position. */
  function showOrdinary(state: EscapeState, position: number, end: number): number {
    const { table, input, view } = state;
    const stop = state.graphics.isSet ? lineEnd : 0;
    const last = input.length - 1;
    let written = state.written;
    for (; position < end; position++) {
      const byte = table + (input[position] as number);
      const next = position < last ? (input[position + 1] as number) : atEnd;
      if (((special[byte] as number) & ((following[next] as number) | stop)) !== 0) break;
      view.setFloat64(written, shown[byte] as number, true);
      written += lengths[byte] as number;
    }
    state.written = written;
    return position;
  }

  /** Passes or shows bytes up to several ordinary ones. Returns the position after them. */
  function passSpecial(state: EscapeState, position: number, end: number): number {
    const { table, input, view, output, graphics } = state;
    const last = input.length - 1;
    let written = state.written;
    let ordinary = 0;
    let stop = graphics.isSet ? lineEnd : 0;
    while (position < end) {
      const byte = input[position] as number;
      const next = position < last ? (input[position + 1] as number) : atEnd;
      if (((special[table + byte] as number) & ((following[next] as number) | stop)) === 0) {
        if (++ordinary > few) break;
        view.setFloat64(written, shown[table + byte] as number, true);
        written += lengths[table + byte] as number;
        position += 1;
        continue;
      }
      ordinary = 0;
      let length = 0;
      if (byte === escape) {
        const parameter = shortParameter(input, position);
        if (parameter >= 10) {
          length = 5;
          if (applyNumber(graphics, parameter)) {
            const tens = (parameter / 10) | 0;
            view.setUint32(written, csiWord + 0x3030 + (tens << 8) + parameter - 10 * tens);
            view.setUint8(written + 4, SGR);
            written += 5;
          }
        } else if (parameter >= 0) {
          length = 4;
          if (applyNumber(graphics, parameter)) {
            view.setUint32(written, csiWord + 0x3000 + (parameter << 8) + SGR);
            written += 4;
          }
        } else if (parameter === EMPTY) {
          length = 3;
          graphics.reset();
          view.setUint32(written, csiWord + (SGR << 8));
          written += 3;
        } else if (parameter === OTHER) {
          length = sequenceLength(input, position);
          if (length > 0) written = writeSequence(state, position, length, written);
        }
        if (!isLegible(graphics.text, graphics.background)) {
          written = graphics.makeLegible(output, written - 1);
          output[written++] = SGR;
        }
        stop = graphics.isSet ? lineEnd : 0;
      } else if (special[byte] === lineEnd) {
        graphics.reset();
        view.setUint32(written, resetWord);
        written += 4;
        stop = 0;
      } else {
        length = characterLength(input, position);
        if (length > 0) written = copy(input, position, length, output, written);
      }
      if (length > 0) {
        position += length;
        continue;
      }
      if (length < 0 && state.isPartial) {
        state.held = input.slice(position);
        position = input.length;
        break;
      }
      view.setFloat64(written, shown[table + byte] as number, true);
      written += lengths[table + byte] as number;
      position += 1;
    }
    state.written = written;
    return position;
  }
  return { isHarmless, showOrdinary, passSpecial };
})();

/** Writes a sequence as far as it passes. Returns the position after it. */
function writeSequence(
  { graphics, prefixed, input, output }: EscapeState,
  position: number,
  length: number,
  written: number,
): number {
  if (input[position + length - 1] === SGR) {
    const from = copy(input, position, CSI_BYTES, output, written);
    const last = position + length - 1;
    const behind = applySgr(graphics, input, position + CSI_BYTES, last, output, from);
    if (behind < 0) return written;
    output[behind] = SGR;
    return behind + 1;
  }
  const erasesStart = length > CSI_BYTES + 1 && input[position + CSI_BYTES] !== ZERO;
  if (!prefixed || !erasesStart) return copy(input, position, length, output, written);
  const from = reset(graphics, output, written);
  return copy(RETURN_AND_ERASE, 0, RETURN_AND_ERASE.length, output, from);
}

/** Turns colors and attributes off. Returns the position after that. */
export function reset(graphics: Graphics, output: Uint8Array, written: number): number {
  if (!graphics.isSet) return written;
  graphics.reset();
  return copy(RESET, 0, RESET.length, output, written);
}
