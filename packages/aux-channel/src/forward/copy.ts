/** Copies a few bytes, faster than `set()`. Returns the position after them. */
export function copy(
  from: Uint8Array,
  start: number,
  length: number,
  to: Uint8Array,
  position: number,
): number {
  for (let i = 0; i < length; i++) to[position + i] = from[start + i] as number;
  return position + length;
}
