import { isUtf8 } from 'node:buffer';

/** Bytes as JSON can hold them. */
export interface TextFields {
  /** As UTF-8; U+FFFD for what is not. */
  readonly text: string;
  /** The bytes themselves; only where `text` lost some. */
  readonly base64?: string;
}

/** The text of `bytes`, and the bytes in base64 where they are not valid UTF-8. */
export function textFields(bytes: Uint8Array): TextFields {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return isUtf8(buffer) ? { text } : { text, base64: buffer.toString('base64') };
}
