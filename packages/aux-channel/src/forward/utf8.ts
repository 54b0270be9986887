/**
 * The second bytes that a lead byte allows, one bit for each range: 80–8F, 90–9F, A0–BF. RFC 3629, section 4,
 * excludes overlong forms, surrogates and code points above U+10FFFF. C2 80–C2 9F are excluded, too: these are
 * the C1 controls. 0: no character of several bytes begins with this byte.
 */
export const LEADS = byByte((byte) => {
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte === 0xc2 || byte === 0xe0) return 4;
  if (byte === 0xed) return 3;
  if (byte === 0xf0) return 6;
  return byte === 0xf4 ? 1 : 7;
});

/** By second byte: the bit of its range in {@link LEADS}. */
export const NEXT = byByte((byte) => {
  if (byte < 0x80 || byte > 0xbf) return 0;
  return byte < 0x90 ? 1 : byte < 0xa0 ? 2 : 4;
});

function byByte(valueOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => valueOf(byte));
}

/** The input ends in the middle of a character. */
export const UNFINISHED = -1;

/**
 * Length of the printable non-ASCII character at `position`, whose first two bytes are known to match; 0 if there
 * is none, {@link UNFINISHED} if the input ends within one. Unit: bytes.
 */
export function characterLength(input: Uint8Array, position: number): number {
  const left = input.length - position;
  if (left === 1) return UNFINISHED;
  const byte = input[position] as number;
  if (byte < 0xe0) return 2;
  if (left === 2) return UNFINISHED;
  const third = input[position + 2] as number;
  if ((third & 0xc0) !== 0x80) return 0;
  if (byte < 0xf0)
    return byte === 0xe2 && reordersText(input[position + 1] as number, third) ? 0 : 3;
  if (left === 3) return UNFINISHED;
  return ((input[position + 3] as number) & 0xc0) === 0x80 ? 4 : 0;
}

/**
 * U+2028–202E (line and paragraph separators, bidirectional embeddings and overrides) and U+2066–2069
 * (isolates), after E2: text with these can look different from its contents (CVE-2021-42574).
 */
const reordersText = (second: number, third: number) =>
  (second === 0x80 && third >= 0xa8 && third <= 0xae) ||
  (second === 0x81 && third >= 0xa6 && third <= 0xa9);
