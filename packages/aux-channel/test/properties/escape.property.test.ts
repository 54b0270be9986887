import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EscapeFilter, type EscapeOptions } from '../../src/forward/escape-filter.js';
import { LinePrefix } from '../../src/forward/line-prefix.js';
import { rowsOf } from './screen-line.js';
import { inChunks, streamOfTokens } from './streams.js';

/** SGR with parameters in any order, well formed or not. */
const sgr = fc
  .array(fc.oneof(fc.constantFrom('', '38', '48', '2', '5', '4:3', '48:2::9:9:9'), fc.nat(110)), {
    maxLength: 8,
  })
  .map((parameters) => Buffer.from(`\x1b[${parameters.join(';')}m`));
const piece = fc.oneof(streamOfTokens, sgr, sgr, fc.uint8Array({ maxLength: 9 }).map(Buffer.from));
const streams = inChunks(fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.concat(parts)));

function filtered(chunks: readonly Buffer[], options: EscapeOptions = {}): Buffer {
  const filter = new EscapeFilter(options);
  const shown = chunks.map((chunk) => Buffer.from(filter.apply(chunk, 'partial')));
  shown.push(Buffer.from(filter.apply(Buffer.alloc(0), 'end')));
  return Buffer.concat(shown);
}

describe('the escape policy', () => {
  it('passes nothing dangerous, and leaves no line colored', () => {
    fc.assert(
      fc.property(streams, ({ chunks }) => {
        const rows = rowsOf(filtered(chunks));
        expect(rows.filter((row) => row.colored)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('produces the same output for any chunks', () => {
    fc.assert(
      fc.property(streams, fc.boolean(), fc.boolean(), ({ bytes, chunks }, utf8, prefixed) => {
        const options = { utf8, prefixed };
        const whole = Buffer.from(new EscapeFilter(options).apply(bytes, 'end'));
        expect(filtered(chunks, options)).toEqual(whole);
      }),
      { numRuns: 1_000 },
    );
  });

  it('passes no byte from 80 to 9F if the locale is not UTF-8', () => {
    fc.assert(
      fc.property(streams, ({ chunks }) => {
        const shown = filtered(chunks, { utf8: false }).toString('latin1');
        expect(shown).toMatch(/^(?:[\t\r\n\x20-\x7e\xa0-\xff]|\x1b\[[0-9;:]*[mK])*$/);
      }),
      { numRuns: 500 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(streams, ({ chunks }) => {
        const once = filtered(chunks);
        expect(filtered([once])).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a prefix', () => {
  it('is at the start of every line for any output and any chunks', () => {
    fc.assert(
      fc.property(streams, ({ bytes, chunks }) => {
        const options = { prefixed: true };
        const whole = new LinePrefix('[h] ', false);
        const expected = Buffer.from(whole.apply(filtered([bytes], options)));
        const filter = new EscapeFilter(options);
        const prefix = new LinePrefix('[h] ', false);
        const shown = chunks.map((chunk) =>
          Buffer.from(prefix.apply(filter.apply(chunk, 'partial'))),
        );
        shown.push(Buffer.from(prefix.apply(filter.apply(Buffer.alloc(0), 'end'))));
        expect(Buffer.concat(shown)).toEqual(expected);
        const rows = rowsOf(expected);
        // The last one may not have begun.
        if (rows.at(-1)?.text === '') rows.pop();
        expect(rows.filter(({ text }) => !text.startsWith('[h] '))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
