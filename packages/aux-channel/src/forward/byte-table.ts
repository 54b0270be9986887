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
  byte < 0x20 ? byte === TAB || byte === LF || byte === CR : byte < 0x7f || (byte >= 0xa0 && !utf8);

/**
 * What is shown for a byte, as the first bytes of a little-endian number: one store is several times faster than
 * one for each character. Without the filling, these would be denormal numbers, which are slow.
 */
export const SHOWN = new Float64Array(512);
/** The number of bytes that are shown. Unit: bytes. */
export const LENGTHS = new Uint8Array(512);
/** A byte may begin a sequence or character that passes if it has bits in common with the next in {@link FOLLOWING}. */
export const SPECIAL = new Uint8Array(512);
export const FOLLOWING = new Uint8Array(END + 1);

// Plain loops: callbacks for each element would start V8's optimizing compiler, which costs 4 MiB at import.
const text = Buffer.alloc(STORED_BYTES, '?');
for (let index = 0; index < SHOWN.length; index++) {
  const byte = index % 256;
  const passes = isText(byte, index < EIGHT_BIT);
  if (passes) text[0] = byte;
  else text.write(`\\#${byte.toString(8).padStart(3, '0')}`);
  LENGTHS[index] = passes ? 1 : OCTAL_BYTES;
  SHOWN[index] = text.readDoubleLE();
  if (index < EIGHT_BIT) {
    SPECIAL[index] = LEADS[byte] as number;
    FOLLOWING[byte] = NEXT[byte] as number;
  }
  if (byte === LF || byte === CR) SPECIAL[index] = LINE_END;
  if (byte === ESC) SPECIAL[index] = SEQUENCE;
}
FOLLOWING[BRACKET] = SEQUENCE;
FOLLOWING[END] = 0xff & ~LINE_END;
