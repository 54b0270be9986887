import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFilter } from '../../src/forward/policy.js';
import { Forwarder } from '../../src/forward/forwarder.js';
import { inChunks, streamOfTokens } from './streams.js';

/** Through a forwarder, which cuts at line ends; returns what reached the sink. */
function forwarded(chunks: readonly Buffer[], policy: 'raw' | 'lossy' | 'escape'): Buffer {
  const shown: Buffer[] = [];
  const to = (chunk: Uint8Array) => void shown.push(Buffer.from(chunk));
  const forwarder = new Forwarder({ to, policy });
  for (const chunk of chunks) {
    const lent = Buffer.from(chunk);
    forwarder.push(lent);
    lent.fill(0xaa);
  }
  forwarder.end();
  return Buffer.concat(shown);
}

const streams = inChunks(streamOfTokens);

describe('forwarding', () => {
  it('with raw changes nothing', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        expect(forwarded(chunks, 'raw')).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('with lossy is the decoded text', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        expect(forwarded(chunks, 'lossy').toString()).toBe(bytes.toString());
      }),
      { numRuns: 300 },
    );
  });

  it('with escape equals the filtered stream, for any chunks', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        const whole = Buffer.from(createFilter('escape', true).apply(bytes, 'end'));
        expect(forwarded(chunks, 'escape')).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});
