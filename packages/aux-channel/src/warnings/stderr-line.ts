import { isAscii } from 'node:buffer';
import type { StderrLine } from '../trait.js';
import type { LineBatch } from './line-splitter.js';

/** The bytes that a batch of lines shares. */
class SharedBytes {
  readonly complete: boolean;
  readonly at = Date.now();
  /** ASCII is kept as text alone, where offsets in bytes and characters agree. */
  readonly #text: string | null;
  readonly #bytes: Buffer | null;

  /**
   * Copies `bytes`, once, in the form that is asked for most.
   * @param text the same as text, where that is known and ASCII: then nothing is copied
   */
  constructor(bytes: Buffer, text: string | null, complete: boolean) {
    this.complete = complete;
    this.#text = text ?? (isAscii(bytes) ? bytes.toString('latin1') : null);
    this.#bytes = this.#text === null ? Buffer.from(bytes) : null;
  }

  textOf(start: number, end: number): string {
    return this.#text?.slice(start, end) ?? (this.#bytes as Buffer).toString('utf8', start, end);
  }

  bytesOf(start: number, end: number): Uint8Array {
    return this.#bytes?.subarray(start, end) ?? Buffer.from(this.textOf(start, end), 'latin1');
  }
}

/** A line that shares its bytes with others of its batch. */
export class SharedLine implements StderrLine {
  readonly seq: number;
  // Plain fields: a process makes millions of these, and `#private` ones cost more to set up.
  private readonly shared: SharedBytes;
  private readonly start: number;
  private readonly end: number;

  constructor(shared: SharedBytes, start: number, end: number, seq: number) {
    this.shared = shared;
    this.start = start;
    this.end = end;
    this.seq = seq;
  }

  /** Unit: bytes. */
  get length(): number {
    return this.end - this.start;
  }

  get bytes(): Uint8Array {
    return this.shared.bytesOf(this.start, this.end);
  }

  get text(): string {
    return this.shared.textOf(this.start, this.end);
  }

  get complete(): boolean {
    return this.shared.complete;
  }

  get at(): number {
    return this.shared.at;
  }

  toJSON(): Omit<StderrLine, 'bytes'> {
    return { text: this.text, seq: this.seq, complete: this.complete, at: this.at };
  }
}

/**
 * Makes the first `count` lines of a batch. Copies the bytes of those lines and no more, so a queue
 * that has room for one line does not hold on to a whole chunk.
 */
export function linesOf(batch: LineBatch, count: number, firstSeq: number): SharedLine[] {
  if (count === 0) return [];
  const { source, bounds, complete } = batch;
  // The text of the whole batch is shared only if all of its lines are wanted.
  const text = count * 2 === bounds.length ? batch.text : null;
  const from = text === null ? (bounds[0] as number) : 0;
  const to = bounds[count * 2 - 1] as number;
  const view = Buffer.from(source.buffer, source.byteOffset + from, to - from);
  const shared = new SharedBytes(view, text, complete);
  const lines = new Array<SharedLine>(count);
  for (let i = 0; i < count; i++) {
    const start = (bounds[i * 2] as number) - from;
    const end = (bounds[i * 2 + 1] as number) - from;
    lines[i] = new SharedLine(shared, start, end, firstSeq + i);
  }
  return lines;
}
