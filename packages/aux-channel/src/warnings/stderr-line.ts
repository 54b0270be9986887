import { isAscii } from 'node:buffer';
import type { StderrLine } from '../trait.js';
import type { LineBatch } from './line-splitter.js';

/** The bytes that a batch of lines shares, and their text once somebody asked for it. */
class SharedBytes {
  readonly bytes: Buffer;
  #ascii: string | false | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /**
   * One decode serves all lines of the batch when it is ASCII, where offsets in bytes and
   * characters agree; otherwise each line is decoded by itself.
   */
  textOf(start: number, end: number): string {
    const ascii = (this.#ascii ??= isAscii(this.bytes) ? this.bytes.toString('latin1') : false);
    return ascii === false ? this.bytes.toString('utf8', start, end) : ascii.slice(start, end);
  }
}

class SharedLine implements StderrLine {
  readonly seq: number;
  readonly complete: boolean;
  readonly at: number;
  // Plain fields: a process makes millions of these, and `#private` ones cost more to set up.
  private readonly shared: SharedBytes;
  private readonly start: number;
  private readonly end: number;

  constructor(
    shared: SharedBytes,
    start: number,
    end: number,
    seq: number,
    complete: boolean,
    at: number,
  ) {
    this.shared = shared;
    this.start = start;
    this.end = end;
    this.seq = seq;
    this.complete = complete;
    this.at = at;
  }

  get bytes(): Uint8Array {
    return this.shared.bytes.subarray(this.start, this.end);
  }

  get text(): string {
    return this.shared.textOf(this.start, this.end);
  }

  toJSON(): Omit<StderrLine, 'bytes'> {
    return { text: this.text, seq: this.seq, complete: this.complete, at: this.at };
  }
}

/**
 * Makes the first `count` lines of a batch. Copies the bytes of those lines and no more, so a queue
 * that has room for one line does not hold on to a whole chunk.
 */
export function linesOf(batch: LineBatch, count: number, firstSeq: number): StderrLine[] {
  if (count === 0) return [];
  const { source, bounds, complete } = batch;
  const from = bounds[0] as number;
  const to = bounds[count * 2 - 1] as number;
  const shared = new SharedBytes(Buffer.from(source.subarray(from, to)));
  const at = Date.now();
  const lines = new Array<StderrLine>(count);
  for (let i = 0; i < count; i++) {
    const start = (bounds[i * 2] as number) - from;
    const end = (bounds[i * 2 + 1] as number) - from;
    lines[i] = new SharedLine(shared, start, end, firstSeq + i, complete, at);
  }
  return lines;
}
