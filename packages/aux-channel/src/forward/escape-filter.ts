import type { Boundary, ForwardFilter } from './policy.js';

const ESC = 0x1b;

/** All that needs no look at single bytes: printable ASCII, tab, newline, carriage return. */
const NEEDS_A_LOOK = /[^\t\n\r\x20-\x7e]/;

/** SGR (`m`) and erase in line (`K`), ECMA-48: the only sequences that pass. Bounded in length. */
const ALLOWED_SEQUENCE = /^\x1b\[(?:[0-9;:]{0,32}m|[012]?K)/;
const UNFINISHED_SEQUENCE = /^\x1b(?:\[[0-9;:]{0,32})?$/;
const LONGEST_SEQUENCE = 35;

/**
 * Makes bytes from a hostile remote safe for a terminal. C1 controls are caught both as single
 * bytes (0x80–0x9f, never valid alone in UTF-8) and as UTF-8 (`C2 80` – `C2 9F`); valid UTF-8 text
 * passes, every other byte above 0x7e is shown in octal.
 */
export class EscapeFilter implements ForwardFilter {
  #held = Buffer.alloc(0);

  apply(bytes: Uint8Array, boundary: Boundary): Uint8Array {
    const held = this.#held;
    const input = held.length > 0 ? Buffer.concat([held, bytes]) : asBuffer(bytes);
    this.#held = Buffer.alloc(0);
    const latin1 = input.toString('latin1');
    if (!NEEDS_A_LOOK.test(latin1)) return input;

    let output = '';
    let copied = 0;
    let position = 0;
    while (position < input.length) {
      const length = passableAt(input, latin1, position);
      if (length > 0) {
        position += length;
        continue;
      }
      output += latin1.slice(copied, position);
      if (boundary === 'partial' && isUnfinished(input, latin1, position)) {
        this.#held = Buffer.from(input.subarray(position));
        return Buffer.from(output, 'latin1');
      }
      output += `\\#${(input[position] as number).toString(8).padStart(3, '0')}`;
      position += 1;
      copied = position;
    }
    return Buffer.from(output + latin1.slice(copied), 'latin1');
  }
}

/** How many bytes from `position` may pass as they are; 0 when the byte there must be shown. */
function passableAt(input: Buffer, latin1: string, position: number): number {
  const byte = input[position] as number;
  if (byte === ESC) {
    const window = latin1.slice(position, position + LONGEST_SEQUENCE);
    return ALLOWED_SEQUENCE.exec(window)?.[0].length ?? 0;
  }
  if (byte < 0x20) return byte === 0x09 || byte === 0x0a || byte === 0x0d ? 1 : 0;
  if (byte < 0x7f) return 1;
  return utf8LengthAt(input, position);
}

/** Length of the valid, non-control UTF-8 sequence at `position`, or 0 (RFC 3629, section 4). */
function utf8LengthAt(input: Buffer, position: number): number {
  const lead = input[position] as number;
  const length = sequenceLength(lead);
  if (length === 0 || position + length > input.length) return 0;
  const second = input[position + 1] as number;
  const [low, high] = secondByteRange(lead);
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if (((input[position + i] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Excludes overlong forms, surrogates, code points above U+10FFFF, and C1 controls (`C2 80–9F`). */
function secondByteRange(lead: number): readonly [number, number] {
  switch (lead) {
    case 0xc2:
      return [0xa0, 0xbf];
    case 0xe0:
      return [0xa0, 0xbf];
    case 0xed:
      return [0x80, 0x9f];
    case 0xf0:
      return [0x90, 0xbf];
    case 0xf4:
      return [0x80, 0x8f];
    default:
      return [0x80, 0xbf];
  }
}

/** Whether more bytes could still make the tail of `input` passable. */
function isUnfinished(input: Buffer, latin1: string, position: number): boolean {
  if (input[position] === ESC) {
    return (
      input.length - position < LONGEST_SEQUENCE && UNFINISHED_SEQUENCE.test(latin1.slice(position))
    );
  }
  const missing = position + sequenceLength(input[position] as number) - input.length;
  if (missing <= 0) return false;
  // A valid prefix stays valid with some continuation bytes behind it.
  const second = input[position + 1];
  const [low, high] = secondByteRange(input[position] as number);
  if (second === undefined) return true;
  return (
    second >= low &&
    second <= high &&
    input.subarray(position + 2).every((b) => (b & 0xc0) === 0x80)
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
