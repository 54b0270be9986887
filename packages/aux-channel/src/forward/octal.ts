/** Length of `\#ooo`, the longest output for one byte. */
export const OCTAL_BYTES = 5;

/**
 * The form `\#ooo` of every byte, as rsync prints it: the first four characters as one number, and the
 * fifth.
 */
const octal = (byte: number) => Buffer.from(`\\#${byte.toString(8).padStart(3, '0')}`);
export const FIRST_OCTAL = Uint32Array.from({ length: 256 }, (_, byte) =>
  octal(byte).readUInt32BE(0),
);
export const LAST_OCTAL = Uint8Array.from({ length: 256 }, (_, byte) => octal(byte).readUInt8(4));
