import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Programs } from '../programs.ts';
import { asyncTransport, syncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly programs: Programs;
  readonly by: keyof typeof openers;
  /** Number of concurrent connections. */
  readonly count: number;
  /** For connections that write a line per second: the numbers of them, ascending, instead of `count`. */
  readonly steps?: readonly number[];
  /** The number of seconds that each step is observed. Each of them is a sample. */
  readonly windows: number;
}

/** A child that answers once on stdout and stderr, then waits. */
const ANSWERING = ['sh', '-c', 'read line; echo "$line"; echo tick >&2; read line'] as const;
/** A line per second. */
const TICKING = ['tick', '1000', '1000000'] as const;
let lines = 0;

async function answer(child: { stdin: Writable | null; stdout: Readable | null }) {
  child.stdin?.write('x\n');
  await once(child.stdout as Readable, 'data');
  return child;
}

/** Each returns a function that opens a connection. */
const openers = {
  async transport() {
    const open = await asyncTransport();
    return async () => answer(await open(ANSWERING));
  },
  /** Blocking connections, drained by one thread. */
  async sync() {
    const open = await syncTransport();
    const buffer = new Uint8Array(8);
    return () => {
      const connection = open(ANSWERING);
      connection.writeAll(Buffer.from('x\n'));
      connection.read(buffer);
      return connection;
    };
  },
  /** Plain `child_process` code: three pipes, with stderr collected. */
  node: () => async () => {
    const child = spawn(ANSWERING[0], ANSWERING.slice(1), { stdio: 'pipe' });
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    return { child: await answer(child), stderr };
  },
  // Only stderr has a descriptor here, because three for each of 10,000 connections exceed usual limits.
  async ticking(program: string) {
    const open = await asyncTransport();
    return () => open([program, ...TICKING], { wire: 'inherit', warnings: () => void lines++ });
  },
  nodeTicking: (program: string) => () => {
    const child = spawn(program, TICKING, { stdio: ['inherit', 'inherit', 'pipe'] });
    child.stderr?.on('data', () => void lines++);
    return child;
  },
} satisfies Record<string, (c: string) => unknown>;

const threads = () => readdirSync('/proc/self/task').length;

await probe(async ({ programs, by, count, steps = [], windows }: Parameters) => {
  const idle = threads();
  const open = await openers[by](programs['c'] as string);
  const held: unknown[] = [await open()];
  const before = process.memoryUsage.rss();
  const memoryOfEach = (number: number) => (process.memoryUsage.rss() - before) / 1_000 / number;
  if (steps.length === 0) {
    while (held.length <= count) held.push(await open());
    return { threadsMore: threads() - idle, memoryEach: memoryOfEach(count) };
  }
  const samples = Array.from({ length: windows }, (): Record<string, number> => ({}));
  for (const [step, number] of steps.entries()) {
    while (held.length < number) held.push(await open());
    // The first line of each connection.
    await setTimeout(1_200);
    globalThis.gc?.();
    lines = 0;
    for (const sample of samples) {
      const cpu = process.cpuUsage();
      await setTimeout(1_000);
      const { user, system } = process.cpuUsage(cpu);
      sample[`cpuEach${step}`] = (user + system) / number;
      sample[`memoryEach${step}`] = memoryOfEach(number);
      sample['cpuGrowth'] = (sample[`cpuEach${step}`] as number) / (sample['cpuEach0'] as number);
    }
    if (lines < number * (windows - 1)) throw new Error(`only ${lines} lines arrived`);
  }
  return samples;
});
