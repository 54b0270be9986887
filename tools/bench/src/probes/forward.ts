import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import type { ForwardOptions } from '@rsync-io/aux-channel';
import {
  drainByTransport,
  type FloodParameters,
  letGo,
  measureFlood,
  writerWords,
} from './flood.ts';

export interface ForwardParameters extends FloodParameters {
  /** `cat` discards its input. */
  readonly sink: 'file' | 'cat' | 'null';
  readonly options?: Pick<ForwardOptions, 'policy' | 'prefix'>;
}

/** The channel forwards the bytes and captures the tail. */
export const channel = (parameters: ForwardParameters) =>
  measureFlood(parameters, async (flood) => {
    const sink = openSink(parameters);
    const forward = { to: sink.target, ...parameters.options };
    return drainByTransport(flood, { forward }, sink.close);
  });

/** The child writes to the sink itself, and nothing is captured. */
export const inherit = (parameters: ForwardParameters) =>
  measureFlood(parameters, async (flood) => {
    const sink = openSink(parameters);
    const [program, ...args] = writerWords(flood);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', sink.target] });
    const exited = once(child, 'exit');
    const begin = await letGo(child.stdin, child.stdout);
    await exited;
    await sink.close();
    return { duration: performance.now() - begin };
  });

/** `close` ends the destination, and resolves when it has accepted all bytes. */
function openSink({ sink, bytes }: ForwardParameters) {
  if (sink === 'cat') {
    const cat = spawn('cat', [], { stdio: ['pipe', 'ignore', 'inherit'] });
    const target = cat.stdin as Writable;
    const ended = once(cat, 'exit');
    return { target, close: async () => void (target.end(), await ended) };
  }
  const folder = sink === 'file' ? mkdtempSync(path.join(roomyFolder(bytes), 'rsync-io-')) : null;
  const target = openSync(folder === null ? devNull : path.join(folder, 'sink'), 'w');
  if (folder !== null) rmSync(folder, { recursive: true });
  return { target, close: async () => closeSync(target) };
}

/** In memory if possible, so that the disk is not measured. */
export function roomyFolder(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > 2 * bytes) return '/dev/shm';
  } catch {
    // This system has none.
  }
  return tmpdir();
}
