import type { Sample } from '../metric.ts';

export interface WireParameters {
  /** Number of bytes that the child writes to stdout, in whole MiB. */
  readonly bytes: number;
}

const WRITER = `
  const { writeSync } = require('node:fs');
  const block = Buffer.alloc(1 << 20, 'w');
  for (let left = Number(process.argv[1]); left > 0; left -= block.length) {
    for (let done = 0; done < block.length; ) done += writeSync(1, block, done);
  }`;

/** Arguments of Node for a child that only writes. */
export const writerArguments = ({ bytes }: WireParameters) => ['-e', WRITER, String(bytes)];

/** @throws Error if bytes are missing */
export function throughputOf(bytes: number, received: number, milliseconds: number): Sample {
  if (received !== bytes) throw new Error(`${received} bytes arrived of ${bytes}`);
  return { throughput: received / 1000 / milliseconds };
}
