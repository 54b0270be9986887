import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Sample } from '../metric.ts';
import { measureMemory } from './memory.ts';

export interface FloodParameters {
  /** Path of the program that waits for the start signal. */
  readonly atGo: string;
  /** Path of the program that writes to fd 2. */
  readonly writer: string;
  /** Number of bytes to write; a multiple of {@link LINE_BYTES}. */
  readonly bytes: number;
  /** What the writer repeats. @defaultValue `'lines'` */
  readonly pattern?: string;
}

/** Enough to compile the code and grow the heap. */
const WARM_UP_BYTES = 32_000_000;

/** Length of the writer's lines, including the line end. */
export const LINE_BYTES = 80;

/** The writer's arguments for Node. */
export function floodArguments(parameters: FloodParameters, bytes: number): string[] {
  const { atGo, writer, pattern = 'lines' } = parameters;
  return [atGo, writer, String(bytes), pattern];
}

/** Waits until the writer is ready, starts it, and returns the time. Unit: milliseconds. */
export async function letGo(stdin: Writable, stdout: Readable): Promise<number> {
  await once(stdout, 'data');
  const begin = performance.now();
  stdin.write('!');
  return begin;
}

export interface Drained {
  /**
   * Time from the start signal until the caller knows that the child has ended and no more data arrives.
   * Unit: ms.
   */
  readonly duration: number;
  /** Number of dropped lines. */
  readonly droppedLines?: number;
}

/** Measures a drain after a warm-up. Only delivered bytes count. */
export async function measureFlood(
  { bytes }: FloodParameters,
  drain: (bytes: number) => Promise<Drained>,
): Promise<Sample> {
  await drain(WARM_UP_BYTES);
  const growth = measureMemory();
  const { duration, droppedLines = 0 } = await drain(bytes);
  const delivered = bytes - droppedLines * LINE_BYTES;
  return { throughput: delivered / 1_000 / duration, rssGrowth: growth(), droppedLines };
}

/** Counts lines and reads their text, like a real subscriber. */
export class LineCounter {
  lines = 0;
  #characters = 0;

  count(text: string): void {
    this.lines += 1;
    this.#characters += text.length;
  }

  /** @throws Error if lines are incomplete, or missing without being counted as dropped */
  check(bytes: number, dropped: number): void {
    const expected = bytes / LINE_BYTES;
    if (this.lines + dropped !== expected) {
      throw new Error(`${this.lines} lines arrived and ${dropped} were dropped of ${expected}`);
    }
    if (this.#characters !== this.lines * (LINE_BYTES - 1)) {
      throw new Error('The text of the lines is not what was written');
    }
  }
}
