import { isAscii } from 'node:buffer';
import type { StderrLine } from '../trait/trait.js';

/** Consecutive lines of one slice of the stream, valid only during the call that receives the batch. */
export class LineBatch {
  readonly count: number;
  readonly complete: boolean;
  readonly #source: Uint8Array;
  /** `source` as text if it is ASCII, so that byte and character offsets are equal. */
  readonly #text: string | null;
  /** Line `i` is `source[bounds[2i] … bounds[2i + 1]]`. */
  readonly #bounds: readonly number[];

  constructor(
    source: Uint8Array,
    text: string | null,
    bounds: readonly number[],
    complete: boolean,
  ) {
    this.count = bounds.length / 2;
    this.complete = complete;
    this.#source = source;
    this.#text = text;
    this.#bounds = bounds;
  }

  /** The bytes of line `index` without its line end; a view of the borrowed memory. */
  lineAt(index: number): Uint8Array {
    return this.#source.subarray(this.#bounds[index * 2], this.#bounds[index * 2 + 1]);
  }

  fitting(limit: number): number {
    const bounds = this.#bounds;
    const whole = (bounds[bounds.length - 1] as number) - (bounds[0] as number);
    if (whole <= limit) return this.count;
    let bytes = 0;
    for (let i = 0; i < this.count; i++) {
      bytes += (bounds[i * 2 + 1] as number) - (bounds[i * 2] as number);
      if (bytes > limit) return i;
    }
    return this.count;
  }

  /** Creates the first `count` lines, numbered from `firstSeq`. Copies only their bytes. */
  take(count: number, firstSeq: number): SharedLine[] {
    if (count === 0) return [];
    const source = this.#source;
    const bounds = this.#bounds;
    const shared = new SharedLines(source, this.#text, bounds, count, this.complete, firstSeq);
    const lines = new Array<SharedLine>(count);
    for (let i = 0; i < count; i++) lines[i] = new SharedLine(shared, i);
    return lines;
  }

  drop(count: number): LineBatch {
    return new LineBatch(this.#source, this.#text, this.#bounds.slice(count * 2), this.complete);
  }
}

class SharedLines {
  readonly at = Date.now();
  /** Where the kept bytes begin in the source; {@link bounds} are positions in the source. */
  readonly #from: number;
  /** ASCII is kept as text only, because its byte and character offsets are equal. */
  readonly #text: string | null;
  readonly #bytes: Buffer | null;

  /** Copies the bytes of the first `count` lines once, in the form that is requested most often. */
  constructor(
    source: Uint8Array,
    text: string | null,
    private readonly bounds: readonly number[],
    count: number,
    readonly complete: boolean,
    readonly firstSeq: number,
  ) {
    // The text of the whole batch is shared only if all of its lines are wanted.
    const whole = count * 2 === bounds.length ? text : null;
    this.#from = whole === null ? (bounds[0] as number) : 0;
    if (whole !== null) {
      this.#text = whole;
      this.#bytes = null;
      return;
    }
    const length = (bounds[count * 2 - 1] as number) - this.#from;
    const bytes = Buffer.from(source.buffer, source.byteOffset + this.#from, length);
    this.#text = isAscii(bytes) ? bytes.toString('latin1') : null;
    this.#bytes = this.#text === null ? Buffer.from(bytes) : null;
  }

  lengthOf(index: number): number {
    return (this.bounds[index * 2 + 1] as number) - (this.bounds[index * 2] as number);
  }

  textOf(index: number): string {
    const start = (this.bounds[index * 2] as number) - this.#from;
    const end = (this.bounds[index * 2 + 1] as number) - this.#from;
    return this.#text?.slice(start, end) ?? (this.#bytes as Buffer).toString('utf8', start, end);
  }

  bytesOf(index: number): Uint8Array {
    const start = (this.bounds[index * 2] as number) - this.#from;
    const end = (this.bounds[index * 2 + 1] as number) - this.#from;
    return this.#bytes?.subarray(start, end) ?? Buffer.from(this.textOf(index), 'latin1');
  }
}

export class SharedLine implements StderrLine {
  // Few, plain fields: a process creates millions of these objects, and `#private` fields are slower to
  // create.
  private readonly shared: SharedLines;
  private readonly index: number;

  constructor(shared: SharedLines, index: number) {
    this.shared = shared;
    this.index = index;
  }

  /** Unit: bytes. */
  get length(): number {
    return this.shared.lengthOf(this.index);
  }

  get seq(): number {
    return this.shared.firstSeq + this.index;
  }

  get bytes(): Uint8Array {
    return this.shared.bytesOf(this.index);
  }

  get text(): string {
    return this.shared.textOf(this.index);
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
