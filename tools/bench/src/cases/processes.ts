import { program } from '@rsync-io/testkit';
import { atLeast, atMost, below, compare, type RunContext } from '../bench-case.ts';
import { probeWords } from '../measure/run-program.ts';
import type { ProbeName } from '../probes/index.ts';
import { cProgram } from '../programs.ts';
import { type Contender, probeCase, requireLinux } from './probe-case.ts';

const MIB = 1_048_576;

const count =
  (quick: number, full: number) =>
  (context: RunContext): { count: number } => ({ count: context.quick ? quick : full });

export const spawn = probeCase({
  name: 'spawn',
  title: "from spawn to exit of 'true'",
  contenders: {
    channel: ['transport, flag on', 'spawn.channel'],
    inherit: ['transport, default build', 'spawn.inherit'],
    node: ['child_process.spawn, three pipes', 'spawn.node'],
    sync: ['blocking transport', 'spawn.sync'],
    nodeSync: ['spawnSync', 'spawn.nodeSync'],
  },
  comparisons: [
    compare('flag on', 'duration', ['channel', 'node'], atMost(1.15)),
    compare('default build', 'duration', ['inherit', 'node']),
    compare('blocking', 'duration', ['sync', 'nodeSync'], atMost(1.6)),
  ],
  rounds: { quick: 3, full: 9 },
  parameters: count(50, 150),
});

export const wire = probeCase({
  name: 'wire',
  title: 'read stdout',
  contenders: {
    sync: ['blocking transport', 'wire.sync'],
    transport: ['asynchronous transport', 'wire.transport'],
    node: ["Node 'data' events, discarded", 'wire.node'],
    nodeSync: ['spawnSync', 'wire.nodeSync'],
  },
  comparisons: [
    compare('blocking, against data events', 'throughput', ['sync', 'node'], atLeast(1.1)),
    compare('blocking, against spawnSync', 'throughput', ['sync', 'nodeSync'], atLeast(6)),
    compare('by data events', 'throughput', ['transport', 'node'], atLeast(0.98)),
  ],
  rounds: { quick: 3, full: 9 },
  parameters: ({ quick }) => ({ bytes: (quick ? 64 : 256) * MIB }),
});

const ping =
  (spin: number) =>
  async ({ count }: { count: number }) => [await cProgram(), 'ping', String(count), String(spin)];

export const roundTrip = probeCase({
  name: 'round-trip',
  title: 'a thousand round trips of 64 bytes',
  contenders: {
    sync: ['blocking transport', 'round-trip.sync'],
    c: ['in C, blocking', ping(0)],
    spin: ['in C, spinning for 20 µs', ping(20)],
    async: ['asynchronous transport', 'round-trip.transport'],
  },
  comparisons: [
    compare('against C', 'duration', ['sync', 'c'], atMost(1.1)),
    compare('against C with a spin', 'duration', ['sync', 'spin'], atMost(1.1)),
    compare('against the asynchronous transport', 'duration', ['sync', 'async'], atMost(0.55)),
  ],
  rounds: { quick: 3, full: 9 },
  parameters: count(3_000, 5_000),
});

interface Ticking {
  readonly ticker: readonly string[];
  readonly flood: readonly string[];
}

/** A probe in the program that observes its fd 2. */
const watched =
  (sink: 'file' | 'tty', probe: ProbeName, beside: 'flood' | 'idle') =>
  async ({ ticker, flood }: Ticking): Promise<readonly string[]> => [
    ...[await cProgram(), 'watch', sink],
    ...(await probeWords(probe, beside === 'flood' ? { ticker, flood } : { ticker })),
  ];
const sinks = { file: 'a file', tty: 'a terminal' } as const;

export const latency = probeCase<Ticking>({
  name: 'latency',
  title: "from the child's write",
  contenders: {
    subscriber: ['callback', 'latency.subscriber', { flood: undefined }],
    subscriberFlood: ['callback, beside a flood', 'latency.subscriber'],
    subscriberNode: ["Node's data event", 'latency.node'],
    ...Object.fromEntries(
      (Object.keys(sinks) as (keyof typeof sinks)[]).flatMap(
        (sink): [string, Contender<Ticking>][] => [
          [sink, ['forwarded', watched(sink, 'latency.forward', 'idle')]],
          [
            `${sink}Flood`,
            ['forwarded, beside a flood', watched(sink, 'latency.forward', 'flood')],
          ],
          [
            `${sink}Node`,
            ["written in Node's data event", watched(sink, 'latency.nodeForward', 'idle')],
          ],
        ],
      ),
    ),
  },
  comparisons: Object.entries({ subscriber: 'the subscriber', ...sinks }).flatMap(([id, to]) => [
    compare(`to ${to}, p50`, 'p50', [id, `${id}Node`], atMost(1.1)),
    compare(`to ${to}, p99`, 'p99', [id, `${id}Node`], atMost(1.1)),
    compare(`to ${to}, p99 beside a flood`, 'p99', [`${id}Flood`, id], atMost(3)),
  ]),
  rounds: { quick: 1, full: 6 },
  parameters: async ({ quick }) => ({
    ticker: [await cProgram(), 'tick', quick ? '250' : '400', '1000'],
    flood: [process.execPath, program('write-stderr'), '1e12'],
  }),
});

const costs = (ours: 'async' | 'sync', timesPlain: number, threads: number) => [
  compare(`memory of each, ${ours}`, 'memoryEach', [ours, 'plain'], atMost(timesPlain)),
  compare(`additional threads, ${ours}`, 'threadsMore', [ours, 'plain'], below(threads + 1)),
];

export const many = probeCase({
  name: 'many',
  title: 'concurrent connections, each of which has written something',
  contenders: {
    async: ['asynchronous transport', 'many.transport'],
    sync: ['blocking transport', 'many.sync'],
    plain: ['child_process.spawn, three pipes', 'many.node'],
  },
  comparisons: [...costs('async', 1.1, 0), ...costs('sync', 3, 1)],
  rounds: { quick: 1, full: 3 },
  parameters: (context) => {
    requireLinux();
    return count(200, 1_000)(context);
  },
});

const each = (number: string, suffix: '' | '100' | '1000') => [
  compare(`${number}, CPU of each`, `cpuEach${suffix}`, ['transport', 'plain']),
  compare(`${number}, memory of each`, `memoryEach${suffix}`, ['transport', 'plain'], atMost(1.1)),
];

export const scale = probeCase({
  name: 'scale',
  title: 'open connections, each writing a line per second',
  contenders: {
    transport: ['asynchronous transport', 'many.ticking'],
    plain: ['child_process.spawn, stderr as a pipe', 'many.nodeTicking'],
  },
  comparisons: [
    ...[each('100', '100'), each('1,000', '1000'), each('10,000 (quick: 500)', '')].flat(),
    compare('CPU of each at 10,000 (quick: 500) over that at 100', 'cpuGrowth', ['transport'], {
      of: 'ours',
      below: 1.15,
    }),
  ],
  rounds: { quick: 1, full: 1 },
  parameters: async ({ quick }) => {
    requireLinux();
    const observed = quick ? 2 : 3;
    const ticker = [await cProgram(), 'tick', '1000', '1000000'];
    return { ticker, observed, steps: quick ? [100, 500] : [100, 1_000, 10_000] };
  },
});

export const sequential = probeCase({
  name: 'sequential',
  title: 'connections one after the other',
  contenders: { channel: ['asynchronous transport, flag on', 'spawn.leftovers'] },
  comparisons: [
    compare('descriptors left open', 'descriptorsMore', ['channel'], below(1)),
    compare('memory for each, after warm-up', 'memorySlope', ['channel'], below(100)),
  ],
  rounds: { quick: 1, full: 1 },
  parameters: (context) => {
    requireLinux();
    return count(1_000, 20_000)(context);
  },
});

export const wait = probeCase({
  name: 'wait',
  title: 'from exit to wait() resolved while a grandchild holds fd 2',
  contenders: { channel: ['socketpair channel', 'wait-grandchild.channel'] },
  comparisons: [compare('delay', 'duration', ['channel'], below(2))],
  rounds: { quick: 3, full: 6 },
  parameters: ({ quick }) => {
    requireLinux();
    return { program: program('grandchild'), bytes: 200_000, count: quick ? 5 : 10 };
  },
});
