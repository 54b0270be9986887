import type { Boundary, ForwardFilter } from './filter.js';
import { GraphicState } from './graphic-state.js';
import { FIRST_OCTAL, LAST_OCTAL, OCTAL_BYTES } from './octal.js';
import { Scratch } from './scratch.js';
import { LONGEST_PARAMETERS } from './sgr-parameters.js';
import { CSI_BYTES, isLoneEscape, sequenceLength } from './sequence.js';
import { characterLength, isLead, UNFINISHED } from './utf8.js';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const BRACKET = 0x5b;
const LETTER_M = 0x6d;

/** Amount of input that is filtered between two checks of the remaining space. Unit: bytes. */
const SLICE_BYTES = 4_096;
/** Space for a sequence that begins at the end of a slice, and for a reset after it. Unit: bytes. */
const SLACK_BYTES = 2 * LONGEST_PARAMETERS;

const RESET = Buffer.from('\x1b[0m');
const RETURN_AND_ERASE = Buffer.from('\r\x1b[K');
const scratch = new Scratch();
const NOTHING = new Uint8Array(0);

/** Passes unchanged. */
const TEXT = 0;
/** Passes, and ends the line and its colors. */
const BREAK = 1;
/** Is shown in octal. */
const CONTROL = 2;
/** May begin a sequence or a character that passes. */
const LEAD = 3;

const classify = (classOf: (byte: number) => number) =>
  Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte === LF || byte === CR) return BREAK;
    if (byte === ESC) return LEAD;
    if (byte >= 0x80) return classOf(byte);
    return byte === TAB || (byte >= 0x20 && byte < 0x7f) ? TEXT : CONTROL;
  });
const UTF8 = classify((byte) => (isLead(byte) ? LEAD : CONTROL));
const EIGHT_BIT = classify((byte) => (byte < 0xa0 ? CONTROL : TEXT));

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
  readonly #classes: Uint8Array;
  readonly #prefixed: boolean;
  readonly #graphics = new GraphicState();
  #held: Uint8Array = NOTHING;

  constructor({ utf8 = true, prefixed = false }: EscapeOptions = {}) {
    this.#classes = utf8 ? UTF8 : EIGHT_BIT;
    this.#prefixed = prefixed;
  }

  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array {
    const input = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes;
    this.#held = NOTHING;
    const classes = this.#classes;
    if (!this.#graphics.isSet && isHarmless(input, classes)) return input;

    let output = scratch.take(input.length);
    let written = 0;
    let position = 0;
    while (position < input.length) {
      const end = Math.min(position + SLICE_BYTES, input.length);
      output = scratch.grow(
        output,
        written,
        written + OCTAL_BYTES * (end - position) + SLACK_BYTES,
      );
      const view = new DataView(output.buffer, output.byteOffset, output.length);
      // Each inner loop handles a run of bytes of one class, which is several times faster than a decision for
      // every byte.
      while (position < end) {
        let byte = input[position] as number;
        let kind = classes[byte];
        while (kind === TEXT) {
          output[written++] = byte;
          if (++position === end) break;
          byte = input[position] as number;
          kind = classes[byte];
        }
        if (position === end) break;
        if (kind === BREAK) {
          if (this.#graphics.isSet) written = this.#reset(output, written);
          output[written++] = byte;
          position += 1;
          continue;
        }
        if (kind === LEAD) {
          const length =
            byte === ESC ? sequenceLength(input, position) : characterLength(input, position);
          if (length > 0) {
            written =
              byte === ESC
                ? this.#writeSequence(input, position, length, output, written)
                : copy(input, position, length, output, written);
            position += length;
            continue;
          }
          if (length === UNFINISHED && boundary === 'partial') {
            this.#held = input.slice(position);
            return output.subarray(0, written);
          }
        }
        do {
          view.setUint32(written, FIRST_OCTAL[byte] as number);
          output[written + 4] = LAST_OCTAL[byte] as number;
          written += OCTAL_BYTES;
          if (++position === end) break;
          byte = input[position] as number;
          kind = classes[byte];
        } while (kind === CONTROL || (byte === ESC && isLoneEscape(input, position)));
      }
    }
    if (boundary === 'end' && this.#graphics.isSet) written = this.#reset(output, written);
    return output.subarray(0, written);
  }

  endLine(): Uint8Array {
    if (!this.#graphics.isSet) return NOTHING;
    this.#graphics.reset();
    return RESET;
  }

  #writeSequence(
    input: Uint8Array,
    position: number,
    length: number,
    output: Uint8Array,
    written: number,
  ): number {
    const start = position + CSI_BYTES;
    const end = position + length - 1;
    if (input[end] === LETTER_M) {
      output[written] = ESC;
      output[written + 1] = BRACKET;
      const behind = this.#graphics.apply(input, start, end, output, written + CSI_BYTES);
      if (behind < 0) return written;
      output[behind] = LETTER_M;
      return behind + 1;
    }
    const erasesStart = start < end && input[start] !== 0x30;
    if (!this.#prefixed || !erasesStart) return copy(input, position, length, output, written);
    if (this.#graphics.isSet) written = this.#reset(output, written);
    return copy(RETURN_AND_ERASE, 0, RETURN_AND_ERASE.length, output, written);
  }

  #reset(output: Uint8Array, written: number): number {
    this.#graphics.reset();
    return copy(RESET, 0, RESET.length, output, written);
  }
}

function isHarmless(input: Uint8Array, classes: Uint8Array): boolean {
  for (let i = 0; i < input.length; i++) {
    if ((classes[input[i] as number] as number) > BREAK) return false;
  }
  return true;
}

function copy(
  from: Uint8Array,
  start: number,
  length: number,
  to: Uint8Array,
  position: number,
): number {
  for (let i = 0; i < length; i++) to[position + i] = from[start + i] as number;
  return position + length;
}
