import { isAscii } from 'node:buffer';
import type { StderrLine } from '../trait/trait.js';

/** The properties that all lines of a batch have in common. */
interface Shared {
  readonly complete: boolean;
  readonly firstSeq: number;
}

/** The bytes and the properties that the lines of one batch share. */
class SharedLines {
  readonly complete: boolean;
  readonly at = Date.now();
  readonly firstSeq: number;
  /** Line `i` is from `bounds[2i]` to `bounds[2i + 1]`, counted from {@link #from}. */
  readonly #bounds: readonly number[];
  readonly #from: number;
  /** ASCII is kept as text only, because its byte and character offsets are equal. */
  readonly #text: string | null;
  readonly #bytes: Buffer | null;

  /** Copies the bytes of the first `count` lines once, in the form that is requested most often. */
  constructor(
    source: Uint8Array,
    text: string | null,
    bounds: readonly number[],
    count: number,
    { complete, firstSeq }: Shared,
  ) {
    this.complete = complete;
    this.firstSeq = firstSeq;
    this.#bounds = bounds;
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
    return (this.#bounds[index * 2 + 1] as number) - (this.#bounds[index * 2] as number);
  }

  textOf(index: number): string {
    const start = (this.#bounds[index * 2] as number) - this.#from;
    const end = (this.#bounds[index * 2 + 1] as number) - this.#from;
    return this.#text?.slice(start, end) ?? (this.#bytes as Buffer).toString('utf8', start, end);
  }

  bytesOf(index: number): Uint8Array {
    const start = (this.#bounds[index * 2] as number) - this.#from;
    const end = (this.#bounds[index * 2 + 1] as number) - this.#from;
    return this.#bytes?.subarray(start, end) ?? Buffer.from(this.textOf(index), 'latin1');
  }
}

/** A line that shares its bytes with the others of its batch. */
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

/** Creates the first `count` lines of `source`, which `bounds` delimits. */
export function makeLines(
  source: Uint8Array,
  text: string | null,
  bounds: readonly number[],
  count: number,
  shared: Shared,
): SharedLine[] {
  if (count === 0) return [];
  const kept = new SharedLines(source, text, bounds, count, shared);
  const lines = new Array<SharedLine>(count);
  for (let i = 0; i < count; i++) lines[i] = new SharedLine(kept, i);
  return lines;
}
