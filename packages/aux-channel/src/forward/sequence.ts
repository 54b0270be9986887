import { LONGEST_PARAMETERS } from './sgr-parameters.js';
import { UNFINISHED } from './utf8.js';

const BRACKET = 0x5b;

/** Length of the control sequence introducer: ESC and a bracket. */
export const CSI_BYTES = 2;

/** Length of the SGR (`m`) or erase-in-line (`K`) sequence at an ESC. Only these may pass. */
export function sequenceLength(input: Uint8Array, position: number): number {
  if (position + 1 === input.length) return UNFINISHED;
  if (input[position + 1] !== BRACKET) return 0;
  const start = position + CSI_BYTES;
  const most = Math.min(input.length, start + LONGEST_PARAMETERS + 1);
  let end = start;
  while (end < most && isParameterByte(input[end] as number)) end += 1;
  if (end === most) return end === start + LONGEST_PARAMETERS + 1 ? 0 : UNFINISHED;
  if (input[end] === 0x6d) return end + 1 - position;
  if (input[end] !== 0x4b) return 0;
  const isErase = end === start || (end === start + 1 && (input[start] as number) <= 0x32);
  return isErase ? end + 1 - position : 0;
}

/** Whether the ESC at `position` is followed by a byte with which it cannot begin a sequence that passes. */
export const isLoneEscape = (input: Uint8Array, position: number): boolean =>
  position + 1 < input.length && input[position + 1] !== BRACKET;

/** Digits, colon and semicolon. */
const isParameterByte = (byte: number) => byte >= 0x30 && byte <= 0x3b;
