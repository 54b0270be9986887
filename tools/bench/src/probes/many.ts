import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Sample } from '../metric.ts';
import { asyncTransport, syncTransport } from './ours.ts';

interface Parameters {
  /** Number of concurrent connections. */
  readonly count: number;
}

/** The child of each connection: answers once on stdout and stderr, then waits. */
const ANSWERING = ['sh', '-c', 'read line; echo "$line"; echo tick >&2; read line'] as const;

const threads = () => readdirSync('/proc/self/task').length;

/** Opens connections that have answered. Linux only. */
async function measure({ count }: Parameters, open: () => Promise<unknown>): Promise<Sample> {
  const idle = threads();
  const held = [await open()];
  const before = process.memoryUsage.rss();
  for (let i = 0; i < count; i++) held.push(await open());
  const grown = process.memoryUsage.rss() - before;
  return { threadsMore: threads() - idle, memoryEach: grown / 1000 / (held.length - 1) };
}

/** Connections on the event loop. */
export async function transport(parameters: Parameters) {
  const open = await asyncTransport();
  return measure(parameters, async () => {
    const child = await open(ANSWERING);
    (child.stdin as Writable).write('x\n');
    await once(child.stdout as Readable, 'data');
    return child;
  });
}

/** Blocking connections, drained by one thread. */
export async function sync(parameters: Parameters) {
  const open = await syncTransport();
  const buffer = new Uint8Array(8);
  return measure(parameters, async () => {
    const connection = open(ANSWERING);
    connection.writeAll(Buffer.from('x\n'));
    connection.read(buffer);
    return connection;
  });
}

/** Plain `child_process` code: three pipes, with stderr collected. */
export const node = (parameters: Parameters) =>
  measure(parameters, async () => {
    const [program, ...args] = ANSWERING;
    const child = spawn(program, args, { stdio: 'pipe' });
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.write('x\n');
    await once(child.stdout, 'data');
    return { child, stderr };
  });

interface TickingParameters {
  /** Command line of a writer of one line per second. */
  readonly ticker: readonly [string, ...string[]];
  /** Numbers of connections, ascending. */
  readonly steps: readonly number[];
  /** Unit: seconds. */
  readonly observed: number;
}

/** CPU time and memory of this process for each connection that writes a line per second. */
async function measureTicking(
  { steps, observed }: TickingParameters,
  open: (onData: () => void) => Promise<unknown>,
): Promise<Sample> {
  let arrived = 0;
  const held = [await open(() => arrived++)];
  const sample: Record<string, number> = {};
  const before = process.memoryUsage.rss();
  let cpuEach = 0;
  for (const count of steps) {
    while (held.length < count) held.push(await open(() => arrived++));
    // The first line of each connection.
    await setTimeout(1_200);
    globalThis.gc?.();
    arrived = 0;
    const cpu = process.cpuUsage();
    await setTimeout(observed * 1_000);
    const { user, system } = process.cpuUsage(cpu);
    if (arrived < count * (observed - 1)) throw new Error(`only ${arrived} lines arrived`);
    cpuEach = (user + system) / count / observed;
    sample[`cpuEach${count}`] = cpuEach;
    sample[`memoryEach${count}`] = (process.memoryUsage.rss() - before) / 1000 / count;
  }
  const memoryEach = sample[`memoryEach${steps.at(-1)}`] as number;
  const cpuGrowth = cpuEach / (sample[`cpuEach${steps[0]}`] as number);
  return { ...sample, cpuEach, memoryEach, cpuGrowth };
}

// Only stderr has a descriptor here, because three for each of 10,000 connections exceed usual limits.
export async function ticking(parameters: TickingParameters) {
  const open = await asyncTransport();
  const { ticker } = parameters;
  return measureTicking(parameters, (warnings) => open(ticker, { wire: 'inherit', warnings }));
}

export const nodeTicking = (parameters: TickingParameters) =>
  measureTicking(parameters, async (onData) => {
    const [program, ...args] = parameters.ticker;
    const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'pipe'] });
    child.stderr?.on('data', onData);
    return child;
  });
