import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFilter } from '../../src/forward/policy.js';
import { Forwarder } from '../../src/forward/forwarder.js';
import { inChunks, streamOfTokens } from './streams.js';

/** What a terminal is given, found by matching from the front: UTF-8 text, colours, erase in line. */
const PASSES =
  /^(?:[\t\n\r\x20-\x7e]|\x1b\[[0-9;:]{0,32}m|\x1b\[[012]?K|[\xc3-\xdf][\x80-\xbf]|\xc2[\xa0-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})/;

function naivelyEscaped(bytes: Buffer): string {
  let rest = bytes.toString('latin1');
  let shown = '';
  while (rest !== '') {
    const passing = PASSES.exec(rest)?.[0];
    shown += passing ?? `\\#${rest.charCodeAt(0).toString(8).padStart(3, '0')}`;
    rest = rest.slice(passing?.length ?? 1);
  }
  return shown;
}

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
  it('raw is what came', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        expect(forwarded(chunks, 'raw')).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('lossy is the text of what came', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        expect(forwarded(chunks, 'lossy').toString()).toBe(bytes.toString());
      }),
      { numRuns: 300 },
    );
  });

  it('escape shows everything that a terminal would obey, and changes nothing else', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        expect(forwarded(chunks, 'escape').toString('latin1')).toBe(naivelyEscaped(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('escape holds at any cut, not only at line ends', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        const filter = createFilter('escape', true);
        const parts = chunks.map((chunk) => Buffer.from(filter.apply(chunk, 'partial')));
        parts.push(Buffer.from(filter.apply(Buffer.alloc(0), 'end')));
        expect(Buffer.concat(parts).toString('latin1')).toBe(naivelyEscaped(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
