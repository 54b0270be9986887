import { END, FOLLOWING, LENGTHS, LINE_END, SHOWN, SPECIAL } from './byte-table.js';
import { copy } from './copy.js';
import { passSequence } from './control-sequence.js';
import type { EscapeState } from './escape-state.js';
import { RESET } from './graphics.js';
import { characterLength } from './utf8.js';

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
        length = passSequence(state, position, written);
        if (length > 0) written = state.written;
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
