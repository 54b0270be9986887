import { once } from 'node:events';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { ForwardOptions } from '@rsync-io/aux-channel';
import type { Programs } from '../../programs.ts';

export interface Flood {
  readonly programs: Programs;
  readonly mebibytes: number;
  /** The text that the writer repeats. */
  readonly pattern?: string;
  /** Where to forward to. `cat` discards its input. */
  readonly sink?: 'file' | 'cat';
  readonly options?: Pick<ForwardOptions, 'policy' | 'prefix'>;
}

/** Reads a flood to its end, and knows then that the child has ended. */
export type Reader = (
  flood: Flood,
  counter: LineCounter,
) => Promise<{
  /** Time of the start signal. Unit: milliseconds. */
  readonly begin: number;
  readonly dropped?: number;
}>;

export const MIB = 1_048_576;
/** Length of the writer's lines, including the line end. */
export const LINE_BYTES = 80;

/** Number of bytes to write: complete lines. */
export const floodBytes = ({ mebibytes }: Flood) =>
  Math.floor((mebibytes * MIB) / LINE_BYTES) * LINE_BYTES;

/** Number of lines in a flood; 0 if it is one unterminated line. */
export const floodLines = (flood: Flood) =>
  flood.pattern === 'blob' ? 0 : floodBytes(flood) / (flood.pattern === 'hex:0a' ? 1 : LINE_BYTES);

/**
 * The command line of the writer, which waits for the start signal. It is Node with blocks of 1 MiB; a reader in
 * C reads no more from a writer in C.
 */
export const writerWords = (flood: Flood): [string, ...string[]] => [
  process.execPath,
  flood.programs['at-go'] as string,
  flood.programs['writer'] as string,
  String(floodBytes(flood)),
  flood.pattern ?? 'lines',
];

/** Waits until the writer is ready, starts it, and returns the time. */
export async function letGo(child: { stdin: Writable | null; stdout: Readable | null }) {
  await once(child.stdout as Readable, 'data');
  const begin = performance.now();
  child.stdin?.write('!');
  return begin;
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

export const floodFile = (flood: Flood) =>
  `${roomyFolder(floodBytes(flood))}/rsync-io-bench-${process.pid}`;

/** Counts lines and reads their text, like a real subscriber. */
export class LineCounter {
  lines = 0;
  characters = 0;

  count(text: string): void {
    this.lines += 1;
    this.characters += text.length;
  }
}
