import { afterEach, describe, expect, it, vi } from 'vitest';
import { TailBuffer } from '../../src/drain/tail-buffer.js';
import { STDERR_BUFFER_CAP } from '../../src/trait/trait.js';
import { randomChunks, seededRandom } from '../random.js';

describe('TailBuffer', () => {
  it('keeps 64 KiB by default', () => {
    expect(new TailBuffer().capacity).toBe(STDERR_BUFFER_CAP);
  });

  it('is empty at first', () => {
    const tail = new TailBuffer(4);
    expect(tail.toBytes()).toHaveLength(0);
    expect(tail.totalBytes).toBe(0);
  });

  it('keeps the newest bytes in order', () => {
    const tail = new TailBuffer(4);
    for (const chunk of ['ab', 'cd', 'e']) tail.append(Buffer.from(chunk));
    expect(Buffer.from(tail.toBytes()).toString()).toBe('bcde');
    expect(tail).toMatchObject({ length: 4, totalBytes: 5, discardedBytes: 1 });
  });

  it('returns a copy that later appends do not change', () => {
    const tail = new TailBuffer(4);
    tail.append(Buffer.from('abcd'));
    const bytes = tail.toBytes();
    tail.append(Buffer.from('zz'));
    expect(Buffer.from(bytes).toString()).toBe('abcd');
  });

  it('copies its input, so that the caller may reuse the chunk', () => {
    const tail = new TailBuffer(4);
    const chunk = Buffer.from('ab');
    tail.append(chunk);
    chunk.fill('x');
    expect(Buffer.from(tail.toBytes()).toString()).toBe('ab');
  });

  it('accepts a capacity of one byte', () => {
    const tail = new TailBuffer(1);
    for (const chunk of ['ab', 'c']) tail.append(Buffer.from(chunk));
    expect(Buffer.from(tail.toBytes()).toString()).toBe('c');
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects a capacity of %d', (capacity) => {
    expect(() => new TailBuffer(capacity)).toThrow(RangeError);
    expect(() => new TailBuffer(capacity)).toThrow(
      `The capacity of a TailBuffer is a positive integer, not ${capacity}`,
    );
  });

  it('agrees with a naive window for any split of any stream', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const capacity = 1 + random(5_000);
      const stream = Uint8Array.from({ length: random(20_000) }, () => random(256));
      const tail = new TailBuffer(capacity);
      let seen = 0;
      for (const chunk of randomChunks(stream, random, 1 + random(7_000))) {
        tail.append(chunk);
        seen += chunk.length;
        const expected = stream.subarray(Math.max(0, seen - capacity), seen);
        expect(Buffer.compare(tail.toBytes(), expected), `seed ${seed} at ${seen}`).toBe(0);
        expect(tail.totalBytes).toBe(seen);
        expect(tail.discardedBytes).toBe(seen - expected.length);
      }
    }
  });
});

describe('the memory of a TailBuffer', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Sizes of the arrays that each append allocates: a ring, and the bytes that it takes over. */
  function allocations(capacity: number, chunks: readonly number[]): number[][] {
    let sizes: number[] = [];
    class CountedArray extends Uint8Array {
      constructor(...args: [number]) {
        super(...args);
        if (args.length === 1) sizes.push(args[0]);
      }
    }
    vi.stubGlobal('Uint8Array', CountedArray);
    const tail = new TailBuffer(capacity);
    return chunks.map((length) => {
      sizes = [];
      tail.append(Buffer.alloc(length));
      return sizes;
    });
  }

  it('is small for a short message, and doubles up to the capacity', () => {
    expect(allocations(1_000, [10, 100, 18, 1, 700])).toEqual([
      [128, 0],
      [],
      [],
      [256, 128],
      [1_000, 129],
    ]);
  });

  it('is used again once it has the size of the capacity', () => {
    expect(allocations(1_000, [1_000, 300, 1_000, 3_000])).toEqual([[1_000, 0], [], [], []]);
    expect(allocations(1_000, [900, 300])).toEqual([[1_000, 0], []]);
  });
});
