import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../src/forward/buffer-pool.js';

const BLOCK = 262_144;
const LEAST = 16_384;
const MOST_BLOCKS = 8;
const pool = new BufferPool();
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

describe('a copy from the pool', () => {
  it.each([0, 1, LEAST - 1, LEAST, 100_000, BLOCK, BLOCK + 1])(
    'of %d bytes is equal to its source and independent of it',
    (length) => {
      const source = filled(length, 7);
      const copy = pool.acquire(source);
      source.fill(8);
      expect(copy).toHaveLength(length);
      expect(copy.every((byte) => byte === 7)).toBe(true);
    },
  );

  it.each([LEAST, BLOCK])('of %d bytes reuses memory that was released', (length) => {
    const copy = pool.acquire(filled(length, 1));
    const { buffer } = copy;
    pool.release(copy);
    expect(pool.acquire(filled(length, 2)).buffer).toBe(buffer);
  });

  it.each([LEAST - 1, BLOCK + 1])('of %d bytes uses no block of the pool', (length) => {
    expect(pool.acquire(filled(length, 1)).buffer.byteLength).not.toBe(BLOCK);
  });

  it('never shares memory with a copy in use', () => {
    const copies = Array.from({ length: 20 }, (_, i) => pool.acquire(filled(LEAST, i)));
    expect(new Set(copies.map(({ buffer }) => buffer)).size).toBe(20);
    expect(copies.every((copy, i) => copy.every((byte) => byte === i))).toBe(true);
  });

  it('keeps at most eight free blocks', () => {
    const copies = Array.from({ length: 20 }, () => pool.acquire(filled(LEAST, 1)));
    const known = new Set(copies.map(({ buffer }) => buffer));
    for (const copy of copies) pool.release(copy);
    const again = Array.from({ length: 20 }, () => pool.acquire(filled(LEAST, 1)).buffer);
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(MOST_BLOCKS);
  });

  it('of foreign memory is not put into the pool', () => {
    const foreign = Buffer.alloc(LEAST);
    pool.release(foreign);
    expect(pool.acquire(filled(LEAST, 1)).buffer).not.toBe(foreign.buffer);
  });
});
