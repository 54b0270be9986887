import { describe, expect, it } from 'vitest';
import { copyOf, giveBack } from '../../src/forward/copies.js';

const BLOCK = 262_144;
const LEAST = 16_384;
const MOST_BLOCKS = 8;
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

describe('a copy for a stream', () => {
  it.each([0, 1, LEAST - 1, LEAST, 100_000, BLOCK, BLOCK + 1])(
    'of %d bytes is equal, and its own',
    (length) => {
      const source = filled(length, 7);
      const copy = copyOf(source);
      source.fill(8);
      expect(copy).toHaveLength(length);
      expect(copy.every((byte) => byte === 7)).toBe(true);
    },
  );

  it.each([LEAST, BLOCK])('of %d bytes uses memory again that was given back', (length) => {
    const copy = copyOf(filled(length, 1));
    const { buffer } = copy;
    giveBack(copy);
    expect(copyOf(filled(length, 2)).buffer).toBe(buffer);
  });

  it.each([LEAST - 1, BLOCK + 1])('of %d bytes has memory of its own size', (length) => {
    expect(copyOf(filled(length, 1)).buffer.byteLength).not.toBe(BLOCK);
  });

  it('never shares memory with one that is in use', () => {
    const copies = Array.from({ length: 20 }, (_, i) => copyOf(filled(LEAST, i)));
    expect(new Set(copies.map(({ buffer }) => buffer)).size).toBe(20);
    expect(copies.every((copy, i) => copy.every((byte) => byte === i))).toBe(true);
  });

  it('leaves no more than eight blocks behind', () => {
    const copies = Array.from({ length: 20 }, () => copyOf(filled(LEAST, 1)));
    const known = new Set(copies.map(({ buffer }) => buffer));
    copies.forEach(giveBack);
    const again = Array.from({ length: 20 }, () => copyOf(filled(LEAST, 1)).buffer);
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(MOST_BLOCKS);
  });

  it('is not used again when it was none of ours', () => {
    const foreign = Buffer.alloc(LEAST);
    giveBack(foreign);
    expect(copyOf(filled(LEAST, 1)).buffer).not.toBe(foreign.buffer);
  });
});
