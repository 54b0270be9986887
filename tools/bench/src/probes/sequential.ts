import { readdirSync } from 'node:fs';
import { slope } from '@rsync-io/kit/statistics';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import type { Sample } from '../metric.ts';

export interface SequentialParameters {
  /** Number of consecutive connections. The first fifth is the warm-up. */
  readonly count: number;
}

const descriptors = () => readdirSync('/proc/self/fd').length;

/** Measures what thousands of connections leave behind. Linux only; run with `--expose-gc`. */
export default async function sequential({ count }: SequentialParameters): Promise<Sample> {
  const command = SshCommand.raw('true');
  const one = async () => {
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
    });
    await transport.wait();
    await transport[Symbol.asyncDispose]();
  };
  const warmUp = Math.floor(count / 5);
  for (let i = 0; i < warmUp; i++) await one();
  const before = descriptors();
  // Fits a line through several samples of memory, because a single sample depends on the last garbage
  // collection.
  const looks: [number, number][] = [];
  for (let i = warmUp; i < count; i++) {
    await one();
    if ((i + 1) % Math.max(1, Math.floor(count / 50)) !== 0) continue;
    globalThis.gc?.();
    looks.push([i, process.memoryUsage.rss()]);
  }
  return { descriptorsMore: descriptors() - before, memorySlope: slope(looks) };
}
