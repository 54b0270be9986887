import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Sample } from '../metric.ts';
import { measureMemory } from './memory.ts';

export interface FloodParameters {
  /** Path of the program that waits for the go. */
  readonly atGo: string;
  /** Path of the program that writes to fd 2. */
  readonly writer: string;
  /** To be written: a multiple of {@link LINE_BYTES}. */
  readonly bytes: number;
  /** What the writer repeats. @defaultValue `'lines'` */
  readonly pattern?: string;
}

/** Enough for compiled code, and for a heap of the size that the work needs. */
const WARM_UP_BYTES = 32_000_000;

/** As the writer has them, line end included. */
export const LINE_BYTES = 80;

/** The writer's argv, to be run by Node. */
export function floodArguments(parameters: FloodParameters, bytes: number): string[] {
  const { atGo, writer, pattern = 'lines' } = parameters;
  return [atGo, writer, String(bytes), pattern];
}

/** Waits until the writer stands ready, lets it go, and returns when that was. Unit: milliseconds. */
export async function letGo(stdin: Writable, stdout: Readable): Promise<number> {
  await once(stdout, 'data');
  const begin = performance.now();
  stdin.write('!');
  return begin;
}

export interface Drained {
  /** From the go until the caller knows that the child has ended and nothing more comes. Unit: ms. */
  readonly duration: number;
  /** Lines that the caller asked for and did not get. */
  readonly droppedLines?: number;
}

/** Measures a drain: once to warm up, once for the record. Only bytes that were delivered count. */
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

/** Counts lines and reads their text, as a subscriber that does something with it. */
export class LineCounter {
  lines = 0;
  #characters = 0;

  count(text: string): void {
    this.lines += 1;
    this.#characters += text.length;
  }

  /** @throws Error when lines are missing beside those known to be dropped, or are not whole */
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
