/** A small seeded generator (mulberry32), so that a failing case can be run again. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Cuts `bytes` into chunks of random sizes. */
export function randomChunks(
  bytes: Uint8Array,
  random: (below: number) => number,
  longest: number,
): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + random(longest);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}
