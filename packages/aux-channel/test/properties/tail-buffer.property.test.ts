import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TailBuffer } from '../../src/drain/tail-buffer.js';
import { inChunks, streamOfTokens } from './streams.js';

describe('the window', () => {
  it('is the end of the stream, for any chunks', () => {
    const anything = inChunks(streamOfTokens);
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 700 }), ({ bytes, chunks }, capacity) => {
        const tail = new TailBuffer(capacity);
        let seen = 0;
        for (const chunk of chunks) {
          // The buffer of a read is used again: what was kept must not change with it.
          const lent = Buffer.from(chunk);
          tail.append(lent);
          lent.fill(0xaa);
          seen += chunk.length;
          const expected = bytes.subarray(Math.max(0, seen - capacity), seen);
          expect(Buffer.from(tail.toBytes())).toEqual(expected);
          expect(tail.length).toBe(expected.length);
          expect(tail.totalBytes).toBe(seen);
          expect(tail.discardedBytes).toBe(seen - expected.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
