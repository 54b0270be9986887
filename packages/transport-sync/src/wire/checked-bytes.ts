/**
 * The length of a buffer that a caller handed in.
 * @throws TypeError for what is no Uint8Array, and for one whose memory was transferred away: its
 *   length is 0, and taking that for "nothing to do" would lose data silently
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
