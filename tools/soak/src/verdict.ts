import type { BlobFigures } from './worker/blob.js';
import type { Census, Figures } from './worker/figures.js';

/** What one worker told over its life. */
export interface History {
  readonly transport: Figures['transport'];
  readonly last: Figures;
  /** Of the second quarter of the run, and of the last; both are medians. Unit: bytes. */
  readonly memory: { readonly early: number; readonly late: number };
  /** Long enough for memory to tell anything: {@link LEAST_LONG_MS}. */
  readonly isLong: boolean;
}

/** A heap takes a while to find its size. Unit: milliseconds. */
export const LEAST_LONG_MS = 120_000;

/** Memory may grow by so much in the second half: what a busy heap does, not what a leak does. Unit: bytes. */
export const FLAT_BYTES = 16 * 2 ** 20;

/** What is wrong, in words; empty: nothing. */
export function problems({ transport, memory, last, isLong }: History): string[] {
  const found = [...last.faults.map((fault) => `${transport}: ${fault}`)];
  if (last.faultCount > last.faults.length) {
    found.push(`${transport}: ${last.faultCount - last.faults.length} more faults`);
  }
  if (last.lostBytes > 0) found.push(`${transport}: ${last.lostBytes} bytes were lost`);
  if (!last.settled) {
    found.push(`${transport}: the worker did not come to its end`);
    return found;
  }
  const leaked = (what: keyof Census, before: number) => {
    const now = last.census[what];
    if (now > before)
      found.push(`${transport}: ${now - before} ${what} leaked (${before} → ${now})`);
  };
  leaked('children', 0);
  leaked('descriptors', last.idle.descriptors);
  leaked('threads', last.idle.threads);
  const growth = memory.late - memory.early;
  if (isLong && growth > FLAT_BYTES)
    found.push(`${transport}: memory grew by ${mebibytes(growth)} in the second half`);
  return found;
}

/** Unit of the argument: bytes. */
export const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export function blobProblems(figures: BlobFigures): string[] {
  const found: string[] = [];
  const { stderrBytes, wantedStderrBytes, checksumsAgree, besideFaults, growth } = figures;
  if (stderrBytes !== wantedStderrBytes) {
    found.push(`${stderrBytes} bytes of stderr came, not ${wantedStderrBytes}`);
  }
  if (!checksumsAgree) found.push('the wire returned other bytes than were sent');
  if (besideFaults > 0) found.push(`${besideFaults} connections beside it went wrong`);
  if (growth > 2 * FLAT_BYTES) found.push(`memory grew by ${mebibytes(growth)}`);
  return found;
}
