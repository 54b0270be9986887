import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { slope } from '@rsync-io/kit/statistics';
import type { Sample } from '../metric.ts';
import { asyncTransport, syncTransport } from './ours.ts';

interface Parameters {
  /** Number of children, one after the other. */
  readonly count: number;
}

const WARM_UP = 30;

/** The mean time from the start to the end of `true`. */
async function measure({ count }: Parameters, once: () => Promise<boolean> | boolean) {
  const one = async () => {
    if (!(await once())) throw new Error('true failed');
  };
  for (let i = 0; i < WARM_UP; i++) await one();
  const begin = performance.now();
  for (let i = 0; i < count; i++) await one();
  return { duration: (performance.now() - begin) / count };
}

/** With the flag: a socket pair, the drain and the end of the capture. */
export async function channel(parameters: Parameters) {
  const open = await asyncTransport();
  return measure(parameters, async () => (await (await open(['true'])).wait()).success);
}

/** The default build: without the flag, the child inherits fd 2. */
export async function inherit(parameters: Parameters) {
  const { SshCommand } = await import('@rsync-io/aux-channel');
  const { AsyncSshTransport } = await import('@rsync-io/transport-async');
  const command = SshCommand.raw('true');
  return measure(parameters, async () => {
    const transport = await AsyncSshTransport.spawn(command, { backends: [] });
    return (await transport.wait()).success;
  });
}

/** Plain `child_process` code: three pipes, until `exit`. */
export const node = (parameters: Parameters) =>
  measure(parameters, async () => {
    const [code] = await once(spawn('true', { stdio: 'pipe' }), 'exit');
    return code === 0;
  });

/** The blocking transport, with its thread already running. */
export async function sync(parameters: Parameters) {
  const open = await syncTransport();
  return measure(parameters, () => open(['true']).wait().success);
}

export const nodeSync = (parameters: Parameters) =>
  measure(parameters, () => spawnSync('true').status === 0);

/** What connections leave behind; the first fifth is the warm-up. Linux only; needs `--expose-gc`. */
export async function leftovers({ count }: Parameters): Promise<Sample> {
  const open = await asyncTransport();
  const one = async () => {
    await using transport = await open(['true']);
    await transport.wait();
  };
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const warmUp = Math.floor(count / 5);
  for (let i = 0; i < warmUp; i++) await one();
  const before = descriptors();
  // A line through many samples of memory, because one sample depends on the last garbage collection.
  const memory: [number, number][] = [];
  for (let i = warmUp; i < count; i++) {
    await one();
    if ((i + 1) % Math.floor(count / 50) !== 0) continue;
    globalThis.gc?.();
    memory.push([i, process.memoryUsage.rss()]);
  }
  return { descriptorsMore: descriptors() - before, memorySlope: slope(memory) };
}
