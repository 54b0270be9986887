import type { StderrLine } from '@rsync-io/aux-channel';

/** Lines in a message between threads: one block of bytes, and the offset of the end of each line. */
export interface PackedLines {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly seqs: readonly number[];
  readonly complete: readonly boolean[];
  readonly at: readonly number[];
}

export function packLines(lines: readonly StderrLine[]): PackedLines {
  let length = 0;
  const ends = lines.map((line) => (length += line.bytes.length));
  const bytes = new Uint8Array(length);
  lines.forEach((line, i) => bytes.set(line.bytes, ends[i - 1] ?? 0));
  return {
    bytes,
    ends,
    seqs: lines.map((line) => line.seq),
    complete: lines.map((line) => line.complete),
    at: lines.map((line) => line.at),
  };
}

export function unpackLines({ bytes, ends, seqs, complete, at }: PackedLines): StderrLine[] {
  return ends.map((end, i) => {
    const line = bytes.subarray(ends[i - 1] ?? 0, end);
    return new ReceivedLine(line, seqs[i] as number, complete[i] as boolean, at[i] as number);
  });
}

class ReceivedLine implements StderrLine {
  #text: string | undefined;

  constructor(
    readonly bytes: Uint8Array,
    readonly seq: number,
    readonly complete: boolean,
    readonly at: number,
  ) {}

  get text(): string {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return (this.#text ??= Buffer.from(buffer, byteOffset, byteLength).toString());
  }

  toJSON(): Omit<StderrLine, 'bytes'> {
    return { text: this.text, seq: this.seq, complete: this.complete, at: this.at };
  }
}
