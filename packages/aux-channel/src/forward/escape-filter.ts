import { EIGHT_BIT, OCTAL_BYTES, STORED_BYTES, UTF8 } from './byte-table.js';
import { LONGEST_PARAMETERS } from './sgr.js';
import { isHarmless, passSpecial, showOrdinary } from './escape-loops.js';
import { EscapeState, NOTHING } from './escape-state.js';
import type { Boundary, ForwardFilter } from './filter.js';
import { RESET } from './graphics.js';
import { Scratch } from './scratch.js';

/** Amount of input that is filtered between two checks of the remaining space. Unit: bytes. */
const SLICE_BYTES = 4_096;
/** Space for a sequence that begins at the end of a slice, a reset after it, and surplus bytes. Unit: bytes. */
const SLACK_BYTES = 2 * LONGEST_PARAMETERS + STORED_BYTES;

const scratch = new Scratch();

export interface EscapeOptions {
  /**
   * Whether the terminal decodes UTF-8. Otherwise the bytes 80–9F are always C1 controls.
   * @defaultValue `true`
   */
  utf8?: boolean;
  /**
   * Whether each line has a prefix. A sequence that erases the start of the line is then replaced with a
   * carriage return and an erasure of the rest, so that the prefix is written again.
   * @defaultValue `false`
   */
  prefixed?: boolean;
}

/**
 * Makes bytes from a hostile remote side safe for a terminal. Text, tabs, line ends, colors (SGR) and
 * erase-in-line pass. All other control characters, invalid UTF-8 and characters that reorder text are
 * shown in octal. Attributes that hide text are dropped, and colors end with the line or at a carriage
 * return.
 *
 * Runs in linear time and holds back at most one unfinished sequence.
 */
export class EscapeFilter implements ForwardFilter {
  readonly #state: EscapeState;

  constructor({ utf8 = true, prefixed = false }: EscapeOptions = {}) {
    this.#state = new EscapeState(utf8 ? UTF8 : EIGHT_BIT, prefixed);
  }

  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array {
    const state = this.#state;
    const input = state.held.length > 0 ? Buffer.concat([state.held, bytes]) : bytes;
    state.held = NOTHING;
    if (!state.graphics.isSet && isHarmless(input, state.table)) return input;

    state.input = input;
    state.isPartial = boundary === 'partial';
    state.written = 0;
    let output = scratch.take(input.length + SLACK_BYTES);
    let position = 0;
    while (position < input.length) {
      const end = Math.min(position + SLICE_BYTES, input.length);
      const space = state.written + OCTAL_BYTES * (end - position) + SLACK_BYTES;
      output = scratch.grow(output, state.written, space);
      state.output = output;
      state.view = new DataView(output.buffer, output.byteOffset, output.length);
      while (position < end) {
        position = showOrdinary(state, position, end);
        if (position < end) position = passSpecial(state, position, end);
      }
    }
    // The memory of both may be large.
    state.input = NOTHING;
    state.output = NOTHING;
    state.view = new DataView(NOTHING.buffer);
    const { graphics, written } = state;
    return output.subarray(0, boundary === 'end' ? graphics.writeReset(output, written) : written);
  }

  endLine(): Uint8Array {
    if (!this.#state.graphics.isSet) return NOTHING;
    this.#state.graphics.reset();
    return RESET;
  }
}
