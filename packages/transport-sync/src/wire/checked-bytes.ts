/**
 * Returns the length of a buffer.
 * @throws TypeError if it is not a Uint8Array, or was detached: then it only seems to be empty
 */
export function checkedBytes(bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('The buffer is not a Uint8Array.');
  if (bytes.length === 0 && isDetached(bytes.buffer)) {
    throw new TypeError('The buffer is detached: its memory was transferred to another thread.');
  }
  return bytes.length;
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
