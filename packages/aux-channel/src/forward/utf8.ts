/** By lead byte: the length of the character, 0 if none begins with it. */
const LENGTHS = byLead((byte) => (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4));
/**
 * The second bytes that a lead byte allows. RFC 3629, section 4, excludes overlong forms, surrogates and
 * code points above U+10FFFF. C2 80–C2 9F are excluded, too: these are the C1 controls.
 */
const LOWEST = byLead((byte) =>
  byte === 0xc2 || byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80,
);
const HIGHEST = byLead((byte) => (byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf));

function byLead(valueOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 0xc2 || byte > 0xf4 ? 0 : valueOf(byte),
  );
}

/** Whether a multi-byte character may begin with `byte`. */
export const isLead = (byte: number): boolean => LENGTHS[byte] !== 0;

/** The input ends in the middle of a character. */
export const UNFINISHED = -1;

/**
 * Length of the printable non-ASCII character at `position`; 0 if there is none, {@link UNFINISHED} if
 * the input ends within one. Unit: bytes.
 */
export function characterLength(input: Uint8Array, position: number): number {
  const byte = input[position] as number;
  const length = LENGTHS[byte] as number;
  if (length === 0) return 0;
  if (position + 1 === input.length) return UNFINISHED;
  const second = input[position + 1] as number;
  if (second < (LOWEST[byte] as number) || second > (HIGHEST[byte] as number)) return 0;
  for (let i = 2; i < length; i++) {
    if (position + i === input.length) return UNFINISHED;
    if (((input[position + i] as number) & 0xc0) !== 0x80) return 0;
  }
  return length === 3 && reordersText(input, position) ? 0 : length;
}

/**
 * U+2028–202E (line and paragraph separators, bidirectional embeddings and overrides) and U+2066–2069
 * (isolates): text with these can look different from its contents (CVE-2021-42574).
 */
function reordersText(input: Uint8Array, position: number): boolean {
  if (input[position] !== 0xe2) return false;
  const second = input[position + 1];
  const third = input[position + 2] as number;
  return (
    (second === 0x80 && third >= 0xa8 && third <= 0xae) ||
    (second === 0x81 && third >= 0xa6 && third <= 0xa9)
  );
}
