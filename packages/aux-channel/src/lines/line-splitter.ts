import { isAscii } from 'node:buffer';
import { MAX_LINE_BYTES } from '../trait/trait.js';
import { LineBatch } from './line-batch.js';

const LF = 10;
const CR = 13;
const SHORT_LINE_BYTES = 16;
/** More lines than an ordinary slice has. Larger arrays would cost page faults. */
const MAX_BATCH_LINES = 1024;

/**
 * Splits a byte stream at LF and CRLF. A line longer than {@link MAX_LINE_BYTES} is cut after every
 * MAX_LINE_BYTES, so that the pieces do not depend on the chunks.
 */
export class LineSplitter {
  #carry = new Uint8Array(0);
  #carried = 0;
  /** Whether the start of the current line was ignored, so that its rest is ignored, too. */
  #ignoresRest = false;
  readonly #emit: (batch: LineBatch) => void;

  constructor(emit: (batch: LineBatch) => void) {
    this.#emit = emit;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let position = this.#ignoresRest ? this.#ignoreRest(bytes) : this.#finishCarried(bytes);
    if (position === bytes.length) return;

    // Decodes all lines at once. Searching a string takes a fraction of the time of `Buffer.indexOf` per
    // line.
    const text = isAscii(bytes) ? bytes.toString('latin1') : null;
    let bounds: number[] = [];
    let isShort = false;
    for (;;) {
      const end = findLineEnd(bytes, text, position, isShort);
      if (end === -1) break;
      isShort = end - position < SHORT_LINE_BYTES;
      if (end - position > MAX_LINE_BYTES) {
        this.#flush(bytes, text, bounds);
        bounds = [];
        position = this.#emitPieces(bytes, text, position, end);
      }
      bounds.push(position, withoutCarriageReturn(bytes, position, end));
      position = end + 1;
      if (bounds.length === 2 * MAX_BATCH_LINES) {
        this.#flush(bytes, text, bounds);
        bounds = [];
      }
    }
    this.#flush(bytes, text, bounds);
    position = this.#emitPieces(bytes, text, position, bytes.length);
    this.#carryOver(bytes.subarray(position));
  }

  /**
   * Counts the lines of a chunk (at most {@link MAX_LINE_BYTES}), as {@link push} would have emitted
   * them. Emits only a line that began in an earlier chunk, and holds the unfinished last line.
   */
  skip(chunk: Uint8Array): number {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let position = this.#finishCarried(bytes);
    let count = 0;
    let isShort = false;
    for (let end; (end = findLineEnd(bytes, null, position, isShort)) !== -1; position = end + 1) {
      isShort = end - position < SHORT_LINE_BYTES;
      count += 1;
    }
    this.#carryOver(bytes.subarray(position));
    return count;
  }

  /** Ignores a chunk completely. Lines that are only partly in it are not delivered at all. */
  ignore(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#carried = 0;
    this.#ignoresRest = chunk[chunk.length - 1] !== LF;
  }

  end(): void {
    if (this.#carried > 0) this.#emitCarried(this.#carried, false);
  }

  #ignoreRest(bytes: Buffer): number {
    const end = bytes.indexOf(LF);
    if (end === -1) return bytes.length;
    this.#ignoresRest = false;
    return end + 1;
  }

  /** Completes the carried line with the start of `bytes`. Returns the index of the rest. */
  #finishCarried(bytes: Buffer): number {
    let position = 0;
    while (this.#carried > 0 && position < bytes.length) {
      const room = MAX_LINE_BYTES - this.#carried;
      const found = bytes.subarray(position, position + room + 1).indexOf(LF);
      const end = found === -1 ? Math.min(bytes.length, position + room) : position + found;
      this.#carryOver(bytes.subarray(position, end));
      position = end;
      if (found !== -1) {
        position += 1;
        this.#emitCarried(withoutCarriageReturn(this.#carry, 0, this.#carried), true);
      } else if (position < bytes.length) {
        this.#emitCarried(this.#carried, false);
      }
    }
    return position;
  }

  #emitPieces(bytes: Buffer, text: string | null, start: number, end: number): number {
    let position = start;
    for (; end - position > MAX_LINE_BYTES; position += MAX_LINE_BYTES) {
      const bounds = [position, position + MAX_LINE_BYTES];
      this.#emit(new LineBatch(bytes, text, bounds, false));
    }
    return position;
  }

  #flush(source: Uint8Array, text: string | null, bounds: readonly number[]): void {
    if (bounds.length > 0) this.#emit(new LineBatch(source, text, bounds, true));
  }

  #emitCarried(end: number, complete: boolean): void {
    this.#carried = 0;
    this.#emit(new LineBatch(this.#carry, null, [0, end], complete));
  }

  #carryOver(bytes: Uint8Array): void {
    const needed = this.#carried + bytes.length;
    if (needed > this.#carry.length) {
      const grown = new Uint8Array(Math.min(MAX_LINE_BYTES, Math.max(256, needed * 2)));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes, this.#carried);
    this.#carried = needed;
  }
}

/** Index of the next LF, or -1. A search costs much per call, so short lines are first compared by byte. */
function findLineEnd(bytes: Buffer, text: string | null, from: number, isShort: boolean): number {
  const near = isShort ? Math.min(bytes.length, from + SHORT_LINE_BYTES) : from;
  for (let i = from; i < near; i++) if (bytes[i] === LF) return i;
  return text === null ? bytes.indexOf(LF, near) : text.indexOf('\n', near);
}

function withoutCarriageReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === CR ? end - 1 : end;
}
