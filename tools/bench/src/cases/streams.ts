import { program } from '@rsync-io/testkit';
import { atLeast, below, compare, type RunContext } from '../bench-case.ts';
import { type FloodParameters, LINE_BYTES, writerWords } from '../probes/flood.ts';
import { roomyFolder } from '../probes/forward.ts';
import { cProgram, nodeProgram } from '../programs.ts';
import { type Contender, probeCase } from './probe-case.ts';

const MIB = 1_048_576;
/** The read size of the drain. */
const READ_BYTES = '262144';

/** Complete lines from the testkit's writer, which writes blocks of 1 MiB, as fast as a writer in C. */
const floods = (quick: number, full: number) => async (context: RunContext) => {
  const bytes = (context.quick ? quick : full) * MIB;
  return {
    writer: [process.execPath, await nodeProgram('at-go'), program('write-stderr')],
    bytes: bytes - (bytes % LINE_BYTES),
    pattern: 'lines',
  } as FloodParameters;
};

const growth = (what: string, ours: string, peer?: string) =>
  compare(what, 'rssGrowth', peer === undefined ? [ours] : [ours, peer], below(8));

export const drain = probeCase({
  name: 'drain',
  title: 'drain 80-byte lines without a subscriber',
  contenders: {
    channel: ['socketpair channel', 'drain.channel'],
    c: [
      'a reader in C, reads of the same size',
      async (flood) => [await cProgram(), 'reader', READ_BYTES, ...writerWords(flood)],
    ],
    node: ["Node 'data' events, discarded", 'drain.node'],
  },
  comparisons: [
    compare('against the limit', 'throughput', ['channel', 'c'], atLeast(0.75)),
    compare('throughput', 'throughput', ['channel', 'node'], atLeast(1.5)),
    growth('memory growth', 'channel', 'node'),
  ],
  rounds: { quick: 3, full: 9 },
  parameters: floods(128, 256),
});

const against = (ours: string, targets: readonly (readonly [peer: string, ratio: number])[]) =>
  targets.map(([peer, ratio]) =>
    compare(`${ours}, against ${peer}`, 'throughput', [ours, peer], atLeast(ratio)),
  );

export const lines = probeCase({
  name: 'lines',
  title: 'drain 80-byte lines and read the text of each',
  contenders: {
    callback: ['channel, callback', 'lines.callback'],
    batches: ['channel, for await over batches', 'lines.batches'],
    queue: ['channel, for await over a queue', 'lines.queue'],
    execa: ['execa, for await over lines', 'lines.execa'],
    readline: ["Node's readline, line events", 'lines.readline'],
    tinyexec: ['tinyexec, for await over lines', 'lines.tinyexec'],
  },
  comparisons: [
    ...against('callback', [
      ['execa', 15],
      ['readline', 3],
      ['tinyexec', 6],
    ]),
    ...against('batches', [
      ['execa', 12],
      ['readline', 3],
      ['tinyexec', 6],
    ]),
    compare('queue, against readline', 'throughput', ['queue', 'readline']),
    compare('callback, lines dropped', 'droppedLines', ['callback']),
    compare('batches, lines dropped', 'droppedLines', ['batches']),
    growth('callback, memory growth', 'callback', 'execa'),
    growth('batches, memory growth', 'batches', 'execa'),
  ],
  rounds: { quick: 2, full: 9 },
  parameters: floods(16, 32),
});

export const shortLines = probeCase({
  name: 'short-lines',
  title: 'one-byte lines to a callback',
  contenders: {
    short: ['lines of one byte', 'lines.callback', { pattern: 'hex:0a' }],
    long: ['lines of 80 bytes', 'lines.callback'],
  },
  comparisons: [compare('throughput', 'throughput', ['short', 'long'], atLeast(0.1))],
  rounds: { quick: 2, full: 6 },
  parameters: floods(4, 16),
});

export const stalled = probeCase({
  name: 'stalled',
  title: 'a million lines for a subscriber that never reads',
  contenders: {
    stalled: ['queue of 1,024 lines, never read', 'drain.stalled'],
    none: ['no subscriber', 'drain.channel'],
  },
  comparisons: [
    compare('throughput', 'throughput', ['stalled', 'none']),
    growth('memory growth', 'stalled', 'none'),
  ],
  rounds: { quick: 3, full: 6 },
  parameters: floods(76, 76),
});

export const blob = probeCase({
  name: 'blob',
  title: 'one unterminated line to a callback (execa, tinyexec and readline throw)',
  contenders: { channel: ['socketpair channel', 'drain.blob', { pattern: 'blob' }] },
  comparisons: [
    growth('memory growth', 'channel'),
    compare('throughput', 'throughput', ['channel']),
  ],
  rounds: { quick: 3, full: 6 },
  parameters: floods(128, 256),
});

const relay =
  (to: (flood: FloodParameters) => string) =>
  async (flood: FloodParameters): Promise<readonly string[]> => [
    await cProgram(),
    'relay',
    READ_BYTES,
    to(flood),
    ...writerWords(flood),
  ];

export const forward = probeCase({
  name: 'forward',
  title: 'forward 80-byte lines',
  contenders: {
    file: ['socketpair channel, to a file', 'forward.channel', { sink: 'file' }],
    fileRelay: [
      'a relay in C, to a file',
      relay(({ bytes }) => `${roomyFolder(bytes)}/rsync-io-bench-relay`),
    ],
    fileInherit: ['inherited by the child, a file', 'forward.inherit', { sink: 'file' }],
    cat: ['socketpair channel, to cat', 'forward.channel', { sink: 'cat' }],
    catRelay: ['a relay in C, to cat', relay(() => '-')],
    catInherit: ['inherited by the child, cat', 'forward.inherit', { sink: 'cat' }],
  },
  comparisons: [
    compare('to a file', 'throughput', ['file', 'fileRelay'], atLeast(0.8)),
    compare('to cat', 'throughput', ['cat', 'catRelay'], atLeast(0.8)),
    compare('to a file, against inheriting', 'throughput', ['file', 'fileInherit'], atLeast(0.5)),
    compare('to cat, against inheriting', 'throughput', ['cat', 'catInherit']),
    growth('to a file, memory growth', 'file'),
    growth('to cat, memory growth', 'cat'),
  ],
  rounds: { quick: 2, full: 6 },
  parameters: floods(32, 128),
});

/** Floods that are the most expensive for the filter, in hexadecimal. */
const HOSTILE = {
  escapes: ['only ESC', '1b'],
  continuations: ['only 0x80, invalid UTF-8', '80'],
  colors: ['colors switched on, one line each', '1b5b316d0a'],
  returns: ['only carriage returns', '0d'],
} as const;

const variants = [
  { suffix: '', how: '', prefix: undefined },
  { suffix: 'Prefixed', how: ', with a prefix', prefix: '[host.example] ' },
];
const filtered = (label: string, pattern: string, prefix?: string): Contender<FloodParameters> => [
  label,
  'forward.channel',
  { pattern, sink: 'null', options: { policy: 'escape', prefix } },
];

export const escape = probeCase({
  name: 'escape',
  title: 'escape filter, worst input',
  contenders: Object.fromEntries(
    variants.flatMap(({ suffix, how, prefix }) => [
      [`plain${suffix}`, filtered(`plain 80-byte lines${how}`, 'lines', prefix)],
      ...Object.entries(HOSTILE).map(
        ([id, [label, hex]]) =>
          [`${id}${suffix}`, filtered(`${label}${how}`, `hex:${hex}`, prefix)] as const,
      ),
    ]),
  ),
  comparisons: variants.flatMap(({ suffix, how }) =>
    Object.entries(HOSTILE).flatMap(([id, [label]]) => [
      compare(`${label}${how}`, 'throughput', [`${id}${suffix}`, `plain${suffix}`], atLeast(0.3)),
      // 100 MiB/s
      compare(`${label}${how}, absolute`, 'throughput', [`${id}${suffix}`], {
        of: 'ours',
        atLeast: 104.9,
      }),
    ]),
  ),
  rounds: { quick: 1, full: 6 },
  parameters: floods(8, 32),
});
