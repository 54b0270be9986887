import { isUtf8 } from 'node:buffer';

export interface TextFields {
  /** Decoded as UTF-8; invalid sequences become U+FFFD. */
  readonly text: string;
  /** The bytes themselves; present only if `text` does not represent them exactly. */
  readonly base64?: string;
}

/** Decodes `bytes`, and adds them in base64 when they are not valid UTF-8. */
export function textFields(bytes: Uint8Array): TextFields {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return isUtf8(buffer) ? { text } : { text, base64: buffer.toString('base64') };
}
