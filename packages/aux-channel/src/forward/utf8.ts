/** The second bytes that a lead byte allows, and the length of its sequence. */
interface Lead {
  readonly length: number;
  readonly low: number;
  readonly high: number;
}

const LEADS: readonly (Lead | null)[] = Array.from({ length: 256 }, (_, byte) => leadFor(byte));

/**
 * RFC 3629, section 4: excludes overlong forms, surrogates and code points above U+10FFFF. C2 80–C2 9F
 * are excluded, too: these are the C1 controls.
 */
function leadFor(byte: number): Lead | null {
  if (byte < 0xc2 || byte > 0xf4) return null;
  const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  const low = byte === 0xc2 || byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
  const high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  return { length, low, high };
}

/** Whether a multi-byte character may begin with `byte`. */
export const isLead = (byte: number): boolean => LEADS[byte] !== null;

/** The input ends in the middle of a character. */
export const UNFINISHED = -1;

/**
 * Length of the printable non-ASCII character at `position`; 0 if there is none, {@link UNFINISHED} if
 * the input ends within one. Unit: bytes.
 */
export function characterLength(input: Uint8Array, position: number): number {
  const lead = LEADS[input[position] as number];
  if (!lead) return 0;
  const end = Math.min(position + lead.length, input.length);
  for (let i = position + 1; i < end; i++) {
    const byte = input[i] as number;
    const isFirst = i === position + 1;
    if (byte < (isFirst ? lead.low : 0x80) || byte > (isFirst ? lead.high : 0xbf)) return 0;
  }
  if (end < position + lead.length) return UNFINISHED;
  return lead.length === 3 && reordersText(input, position) ? 0 : lead.length;
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
