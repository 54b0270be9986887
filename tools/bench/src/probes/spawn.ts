import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Sample } from '../bench-case.ts';
import { asyncTransport, syncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly by: keyof typeof starters | 'leftovers';
  /** Number of children, one after the other. */
  readonly count: number;
}

/** Each returns a function that runs `true` to its end. */
const starters = {
  /** With the flag: a socket pair, the drain and the end of the capture. */
  async channel() {
    const open = await asyncTransport();
    return async () => (await (await open(['true'])).wait()).success;
  },
  /** The default build: without the flag, the child inherits fd 2. */
  async inherit() {
    const { SshCommand } = await import('@rsync-io/aux-channel');
    const { AsyncSshTransport } = await import('@rsync-io/transport-async');
    const command = SshCommand.raw('true');
    return async () =>
      (await (await AsyncSshTransport.spawn(command, { backends: [] })).wait()).success;
  },
  /** Plain `child_process` code: three pipes, until `exit`. */
  node: () => async () => (await once(spawn('true', { stdio: 'pipe' }), 'exit'))[0] === 0,
  /** The blocking transport, with its thread already running. */
  async sync() {
    const open = await syncTransport();
    return () => open(['true']).wait().success;
  },
  nodeSync: () => () => spawnSync('true').status === 0,
};

const WARM_UP = 30;

const PARTS = 50;
const WARM_UP_PARTS = 10;

/**
 * What connections leave behind, after a warm-up: a sample for each pair of points that are half of the rest
 * apart (Theil's incomplete method), because one point depends on the last garbage collection. Linux only.
 */
async function leftovers(count: number): Promise<Sample[]> {
  const open = await asyncTransport();
  const points: [descriptors: number, memory: number][] = [];
  for (let i = 1; i <= count; i++) {
    await using transport = await open(['true']);
    await transport.wait();
    if (i % (count / PARTS) !== 0) continue;
    globalThis.gc?.();
    points.push([readdirSync('/proc/self/fd').length, process.memoryUsage.rss()]);
  }
  const half = (PARTS - WARM_UP_PARTS) / 2;
  return points.slice(-half).map(([descriptors, memory], i) => {
    const [before, memoryBefore] = points[WARM_UP_PARTS + i] as [number, number];
    const memorySlope = (memory - memoryBefore) / (half * (count / PARTS));
    return { descriptorsMore: descriptors - before, memorySlope };
  });
}

await probe(async ({ by, count }: Parameters) => {
  if (by === 'leftovers') return leftovers(count);
  const one = await starters[by]();
  let begin = 0;
  for (let i = -WARM_UP; i < count; i++) {
    if (i === 0) begin = performance.now();
    if (!(await one())) throw new Error('true failed');
  }
  return { duration: (performance.now() - begin) / count };
});
