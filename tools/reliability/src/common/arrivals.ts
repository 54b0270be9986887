import { STDERR_BUFFER_CAP, type StderrSnapshot } from '@rsync-io/aux-channel';

/** Compares every byte of a stream with what was written. */
export class Arrivals {
  readonly written: Buffer;
  /** Bytes received. */
  total = 0;
  /** Whether each of them was the one written at its position. */
  intact = true;

  constructor(written: Buffer) {
    this.written = written;
  }

  readonly add = (chunk: Uint8Array): void => {
    const expected = this.written.subarray(this.total, this.total + chunk.length);
    if (!expected.equals(chunk)) this.intact = false;
    this.total += chunk.length;
  };

  /** @param least bytes that must have arrived, if not all of them */
  problems(stream: string, least = this.written.length): string[] {
    const found = this.intact ? [] : [`${stream}: a byte is not the one written at its position`];
    if (this.total >= least && this.total <= this.written.length) return found;
    return [...found, `${stream}: ${this.total} of ${this.written.length} bytes`];
  }
}

/** The same for a capture, which keeps the end of the stream only. */
export function captureProblems(
  written: Buffer,
  { totalBytes, bytes }: StderrSnapshot,
  least = written.length,
): string[] {
  const capture = new Arrivals(written);
  capture.total = Math.max(0, totalBytes - bytes.length);
  capture.add(bytes);
  if (bytes.length < Math.min(totalBytes, STDERR_BUFFER_CAP)) capture.intact = false;
  return capture.problems('stderr', least);
}
