import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { AsyncTransportOptions } from '@rsync-io/transport-async';
import type { Sample } from '../metric.ts';
import { asyncTransport } from './ours.ts';

export interface FloodParameters {
  /** Command line of the writer, which waits for the start signal. The number of bytes and the pattern follow. */
  readonly writer: readonly [string, ...string[]];
  /** Number of bytes to write; a multiple of {@link LINE_BYTES}. */
  readonly bytes: number;
  /** What the writer repeats. */
  readonly pattern: string;
}

/** Enough to compile the code and grow the heap. */
const WARM_UP_BYTES = 32_000_000;
/** Length of the writer's lines, including the line end. */
export const LINE_BYTES = 80;
const MIB = 1_048_576;

/** The command line of the writer. */
export function writerWords({ writer, bytes, pattern }: FloodParameters): [string, ...string[]] {
  return [...writer, String(bytes), pattern];
}

/** Waits until the writer is ready, starts it, and returns the time. Unit: milliseconds. */
export async function letGo(stdin: Writable | null, stdout: Readable | null): Promise<number> {
  await once(stdout as Readable, 'data');
  const begin = performance.now();
  (stdin as Writable).write('!');
  return begin;
}

export interface Drained {
  /** From the start signal until the caller knows that the child has ended and all is read. Unit: ms. */
  readonly duration: number;
  readonly droppedLines?: number;
}

type Drain = (parameters: FloodParameters) => Promise<Drained>;

/** Measures a drain after a warm-up. Only delivered bytes count. */
export async function measureFlood(parameters: FloodParameters, drain: Drain): Promise<Sample> {
  await drain({ ...parameters, bytes: WARM_UP_BYTES });
  const growth = measureMemory();
  const { duration, droppedLines = 0 } = await drain(parameters);
  const delivered = parameters.bytes - droppedLines * LINE_BYTES;
  return { throughput: delivered / 1_000 / duration, rssGrowth: growth(), droppedLines };
}

/** Runs the writer in the asynchronous transport, and checks that every byte arrived. */
export async function drainByTransport(
  parameters: FloodParameters,
  options: Partial<AsyncTransportOptions<'pipe'>>,
  afterwards: () => Promise<void> = async () => {},
) {
  const spawn = await asyncTransport();
  const transport = await spawn(writerWords(parameters), options);
  const begin = await letGo(transport.stdin, transport.stdout);
  await transport.wait();
  await afterwards();
  const duration = performance.now() - begin;
  const { totalBytes, droppedWarnings } = transport.stderrSnapshot();
  if (totalBytes !== parameters.bytes) {
    throw new Error(`${totalBytes} bytes arrived of ${parameters.bytes}`);
  }
  return { begin, duration, droppedLines: droppedWarnings };
}

/**
 * Starts to observe the resident memory of this process. The returned function returns the difference between
 * the peak since then and the initial size. Unit: MiB. On Linux the peak is reset first (proc(5),
 * `clear_refs`). Elsewhere the increase of the peak of the whole process is returned.
 */
function measureMemory(): () => number {
  // getrusage(2), ru_maxrss; Node has it in KiB on every system.
  const peak = () => process.resourceUsage().maxRSS * 1024;
  let before = peak();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    before = process.memoryUsage.rss();
  } catch {
    // Without this file, the peak includes the warm-up.
  }
  return () => Math.max(0, peak() - before) / MIB;
}
