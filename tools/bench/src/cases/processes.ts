import { existsSync } from 'node:fs';
import { program } from '@rsync-io/testkit';
import { NotRunError } from '../bench-case.ts';
import { MIB } from './flood-parameters.ts';
import { atLeast, atMost, below, compare, probeCase } from './probe-case.ts';

/** All contenders have the same parameters. */
const sized = (key: 'count' | 'bytes', quick: number, full: number) => {
  const parameters = (scale: { quick: boolean }) => ({ [key]: scale.quick ? quick : full });
  return { parameters, recorded: parameters };
};

const requireProc = () => {
  if (!existsSync('/proc/self/task')) throw new NotRunError('there is no /proc to count threads');
};

export const spawn = probeCase({
  name: 'spawn',
  title: "from spawn to exit of 'true'",
  contenders: {
    channel: ['transport, flag on', 'spawn-channel'],
    inherit: ['transport, default build', 'spawn-inherit'],
    node: ['child_process.spawn, three pipes', 'spawn-node'],
  },
  comparisons: [
    compare('flag on', 'duration', ['channel', 'node'], atMost(1.15)),
    compare('default build', 'duration', ['inherit', 'node']),
  ],
  ...sized('count', 100, 300),
});

export const syncSpawn = probeCase({
  name: 'sync-spawn',
  title: "from spawn to wait of 'true', blocking",
  contenders: {
    sync: ['blocking transport', 'spawn-connection'],
    spawnSync: ['spawnSync', 'spawn-spawn-sync'],
  },
  comparisons: [compare('time', 'duration', ['sync', 'spawnSync'], atMost(1.6))],
  ...sized('count', 100, 300),
});

export const wire = probeCase({
  name: 'wire',
  title: 'read stdout by blocking calls',
  contenders: {
    sync: ['blocking transport', 'wire-sync'],
    data: ["Node 'data' events, discarded", 'wire-data'],
    spawnSync: ['spawnSync', 'wire-spawn-sync'],
  },
  comparisons: [
    compare('against data events', 'throughput', ['sync', 'data'], atLeast(1.1)),
    compare('against spawnSync', 'throughput', ['sync', 'spawnSync'], atLeast(6)),
  ],
  ...sized('bytes', 128 * MIB, 1024 * MIB),
});

export const wireAsync = probeCase({
  name: 'wire-async',
  title: 'read stdout by data events',
  contenders: {
    channel: ['asynchronous transport', 'wire-async'],
    plain: ['child_process streams', 'wire-data'],
  },
  comparisons: [compare('throughput', 'throughput', ['channel', 'plain'], atLeast(0.98))],
  ...sized('bytes', 256 * MIB, 1024 * MIB),
});

export const roundTrip = probeCase({
  name: 'round-trip',
  title: 'a thousand round trips of 64 bytes',
  contenders: {
    sync: ['blocking transport', 'round-trip-sync'],
    async: ['asynchronous transport', 'round-trip-async'],
  },
  comparisons: [compare('time', 'duration', ['sync', 'async'], atMost(0.55))],
  ...sized('count', 5_000, 20_000),
});

const costs = (ours: 'async' | 'sync', timesPlain: number, threads: number) => [
  compare(`memory of each, ${ours}`, 'memoryEach', [ours, 'plain'], atMost(timesPlain)),
  compare(`additional threads, ${ours}`, 'threadsMore', [ours, 'plain'], below(threads + 1)),
];

export const many = probeCase({
  name: 'many',
  title: 'concurrent connections, each of which has written something',
  contenders: {
    async: ['asynchronous transport', 'many-async'],
    sync: ['blocking transport', 'many-sync'],
    plain: ['child_process.spawn, three pipes', 'many-plain'],
  },
  comparisons: [...costs('async', 1, 0), ...costs('sync', 3, 1)],
  maxRounds: 3,
  check: requireProc,
  ...sized('count', 200, 1_000),
});

export const sequential = probeCase({
  name: 'sequential',
  title: 'connections one after the other',
  contenders: { channel: ['asynchronous transport, flag on', 'sequential'] },
  comparisons: [
    compare('descriptors left open', 'descriptorsMore', ['channel'], below(1)),
    compare('memory for each, after warm-up', 'memorySlope', ['channel'], below(100)),
  ],
  maxRounds: 1,
  check: requireProc,
  ...sized('count', 2_000, 10_000),
});

export const wait = probeCase({
  name: 'wait',
  title: 'from exit to wait() resolved while a grandchild holds fd 2',
  contenders: { channel: ['socketpair channel', 'wait-grandchild'] },
  comparisons: [compare('delay', 'duration', ['channel'], below(2))],
  check: () => {
    if (process.platform === 'win32') throw new NotRunError('there is no socketpair on Windows');
  },
  parameters: ({ quick }) => ({
    program: program('grandchild'),
    bytes: 200_000,
    count: quick ? 5 : 20,
  }),
  recorded: ({ quick }) => ({ bytes: 200_000, count: quick ? 5 : 20 }),
});
