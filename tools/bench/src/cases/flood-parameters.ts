import { program } from '@rsync-io/testkit';
import { programFile } from '../programs.ts';
import { type FloodParameters, LINE_BYTES } from '../probes/flood.ts';

const atGo = await programFile('at-go');

/**
 * A flood of about `bytes`, in complete lines. The testkit's writer writes blocks of 1 MiB, which is as
 * fast as a writer in C.
 */
export function flood(bytes: number): FloodParameters {
  return { atGo, writer: program('write-stderr'), bytes: bytes - (bytes % LINE_BYTES) };
}

export const MIB = 1_048_576;
