import fc from 'fast-check';

/** Parts of a stream of stderr: text, controls, pieces of UTF-8 and of escape sequences. */
const TOKENS = [
  ...[
    '\n',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    ' ',
    '\t',
    'a',
    'rsync: ',
    'Permission denied (publickey).',
  ],
  ...[
    '\x1b',
    '\x1b[',
    '\x1b[31m',
    '\x1b[0K',
    '\x1b[2J',
    '\x1b[2K',
    '\x1b[8m',
    '\x1b[31;41m',
    ';5;38;',
    '2;0;0;',
    '1m',
    'K',
    '\x1b]0;t\x07',
    '\x07',
    '\x00',
    '\x7f',
    '\x9b',
  ],
  ...[
    '\xc3',
    '\xc3\xa9',
    '\xe2\x82',
    '\xe2\x82\xac',
    '\xf0\x9f\x9a\x80',
    '\xed\xa0\x80',
    '\xc2\x85',
    '\xe2\x80\xae',
    '\xe2\x81\xa6',
    '\xff',
  ],
];

/** A stream as bytes; most are short, so that a failing one is easy to read. */
export const streamOfTokens = fc
  .array(fc.constantFrom(...TOKENS), { maxLength: 60 })
  .map((tokens) => Buffer.from(tokens.join(''), 'latin1'));

/** Long runs between line ends, around a limit. */
export const streamAround = (limit: number) =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(0, 1, limit - 1, limit, limit + 1, 2 * limit, 2 * limit + 1),
        fc.constantFrom('\n', '\r\n', '\r', 'é\n', ''),
      ),
      { maxLength: 4 },
    )
    .map((runs) =>
      Buffer.concat(runs.map(([length, end]) => Buffer.from('x'.repeat(length) + end))),
    );

/** A stream together with one of the ways to cut it into chunks. */
export const inChunks = (stream: fc.Arbitrary<Buffer>) =>
  stream.chain((bytes) =>
    fc
      .array(fc.nat({ max: Math.max(1, bytes.length) }), { maxLength: 12 })
      .map((cuts) => [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b))
      .map((cuts) => ({
        bytes,
        chunks: cuts.slice(1).map((end, i) => bytes.subarray(cuts[i] as number, end)),
      })),
  );
