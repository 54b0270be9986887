import { LEADS, NEXT } from './utf8.js';

/** Length of `\#ooo`, the longest output for one byte. */
export const OCTAL_BYTES = 5;
/** Bytes that are stored for each byte of input; the next ones overwrite the surplus. */
export const STORED_BYTES = 8;

/** Where the tables for a terminal that decodes UTF-8 begin, and those for others. */
export const UTF8 = 0;
export const EIGHT_BIT = 256;

/** Bit in {@link SPECIAL} of a line feed and a carriage return. */
export const LINE_END = 0x20;
/** Bit of an ESC, and of a bracket after it. The lower bits are those of UTF-8. */
const SEQUENCE = 0x10;
/** Index in {@link FOLLOWING}: the input ends, so that everything may follow. */
export const END = 256;

const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
const ESC = 0x1b;
const BRACKET = 0x5b;

const isText = (byte: number, utf8: boolean) =>
  [TAB, LF, CR].includes(byte) || (byte >= 0x20 && byte < 0x7f) || (byte >= 0xa0 && !utf8);

const TEXTS = [true, false].flatMap((utf8) =>
  Array.from({ length: 256 }, (_, byte) =>
    isText(byte, utf8) ? Buffer.of(byte) : Buffer.from(`\\#${byte.toString(8).padStart(3, '0')}`),
  ),
);

/**
 * What is shown for a byte, as the first bytes of a little-endian number: one store is several times faster than
 * one for each character. Without the filling, these would be denormal numbers, which are slow.
 */
export const SHOWN = Float64Array.from(TEXTS, (text) =>
  Buffer.concat([text, Buffer.alloc(STORED_BYTES, '?')], STORED_BYTES).readDoubleLE(),
);

/** The number of bytes that are shown. Unit: bytes. */
export const LENGTHS = Uint8Array.from(TEXTS, ({ length }) => length);

/** A byte may begin a sequence or character that passes if it has bits in common with the next in {@link FOLLOWING}. */
export const SPECIAL = Uint8Array.from(TEXTS, (_, index) => {
  const byte = index % 256;
  if (byte === LF || byte === CR) return LINE_END;
  if (byte === ESC) return SEQUENCE;
  return index < EIGHT_BIT ? (LEADS[byte] as number) : 0;
});

export const FOLLOWING = Uint8Array.from({ length: END + 1 }, (_, byte) => {
  if (byte === END) return 0xff & ~LINE_END;
  return byte === BRACKET ? SEQUENCE : (NEXT[byte] as number);
});
