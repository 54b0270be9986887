import { flood, MIB } from './flood-parameters.ts';
import { atLeast, below, compare, probeCase } from './probe-case.ts';

const growth = (what: string, ours: string, peer?: string) =>
  compare(what, 'rssGrowth', [ours, peer], below(8));

const floods = (quick: number, full: number) => ({
  parameters: (scale: { quick: boolean }) => flood((scale.quick ? quick : full) * MIB),
  recorded: (scale: { quick: boolean }) => ({
    bytes: flood((scale.quick ? quick : full) * MIB).bytes,
  }),
});

export const drain = probeCase({
  name: 'drain',
  title: 'drain 80-byte lines without a subscriber',
  contenders: {
    channel: ['socketpair channel', 'drain-channel'],
    node: ["Node 'data' events, discarded", 'drain-node'],
  },
  comparisons: [
    compare('throughput', 'throughput', ['channel', 'node'], atLeast(1.5)),
    growth('memory growth', 'channel', 'node'),
  ],
  ...floods(256, 512),
});

const against = (ours: 'callback' | 'queue') => [
  compare(`${ours}, against execa`, 'throughput', [ours, 'execa'], atLeast(15)),
  compare(`${ours}, against readline`, 'throughput', [ours, 'readline'], atLeast(3)),
  compare(`${ours}, against tinyexec`, 'throughput', [ours, 'tinyexec'], atLeast(6)),
  compare(`${ours}, lines dropped`, 'droppedLines', [ours, 'execa']),
  growth(`${ours}, memory growth`, ours, 'execa'),
];

export const lines = probeCase({
  name: 'lines',
  title: 'drain 80-byte lines and read the text of each',
  contenders: {
    callback: ['channel, callback', 'lines-callback'],
    queue: ['channel, for await over a queue', 'lines-queue'],
    execa: ['execa, for await over lines', 'lines-execa'],
    readline: ["Node's readline, line events", 'lines-readline'],
    tinyexec: ['tinyexec, for await over lines', 'lines-tinyexec'],
  },
  comparisons: [...against('callback'), ...against('queue')],
  // Peers read a quarter of the bytes, because only throughput is compared.
  parameters: ({ quick }, id) =>
    flood((quick ? 128 : 512) * MIB * (id === 'callback' || id === 'queue' ? 1 : 1 / 4)),
  recorded: ({ quick }) => ({ bytes: flood((quick ? 128 : 512) * MIB).bytes }),
});

const MILLION_LINES = 80_000_000;

export const stalled = probeCase({
  name: 'stalled',
  title: 'a million lines for a subscriber that never reads',
  contenders: {
    stalled: ['queue of 1,024 lines, never read', 'stalled-queue'],
    none: ['no subscriber', 'drain-channel'],
  },
  comparisons: [
    compare('throughput', 'throughput', ['stalled', 'none']),
    growth('memory growth', 'stalled', 'none'),
  ],
  parameters: () => flood(MILLION_LINES),
  recorded: () => ({ bytes: MILLION_LINES }),
});

export const blob = probeCase({
  name: 'blob',
  title: 'one unterminated line to a callback (execa, tinyexec and readline throw)',
  contenders: { channel: ['socketpair channel', 'blob-callback'] },
  comparisons: [
    growth('memory growth', 'channel'),
    compare('throughput', 'throughput', ['channel']),
  ],
  ...floods(128, 512),
});
