import { makeLines, type SharedLine } from './stderr-line.js';

/**
 * Consecutive lines of one slice of the stream. Its memory is valid only during the call that receives
 * the batch; {@link take} copies.
 */
export class LineBatch {
  /** Number of lines. */
  readonly count: number;
  /** Whether each of these lines ended with its line end. */
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

  /** Returns how many of the first lines fit into `limit` bytes. */
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

  /**
   * Creates the first `count` lines, numbered from `firstSeq`. Copies only their bytes, so that keeping
   * one line does not keep a whole chunk alive.
   */
  take(count: number, firstSeq: number): SharedLine[] {
    return makeLines(this.#source, this.#text, this.#bounds, count, {
      complete: this.complete,
      firstSeq,
    });
  }

  /** Returns the batch without its first `count` lines. */
  drop(count: number): LineBatch {
    return new LineBatch(this.#source, this.#text, this.#bounds.slice(count * 2), this.complete);
  }
}
