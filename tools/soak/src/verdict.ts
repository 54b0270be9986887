import type { Trend } from './trend.js';
import type { BlobFigures } from './worker/blob.js';
import type { Census, Figures } from './worker/figures.js';

/** What one worker told over its life. */
export interface History {
  readonly transport: Figures['transport'];
  /** `null`: it told nothing. */
  readonly last: Figures | null;
  /** Resident memory of the process. */
  readonly memory: Trend;
  /** What its JavaScript keeps alive, the drain thread's included. */
  readonly heap: Trend;
  /** How long it ran. */
  readonly ms: number;
}

/** A heap takes a while to find its size: shorter runs are not judged by memory. Unit: milliseconds. */
export const LEAST_LONG_MS = 120_000;

/*
 * What is flat, from the second quarter of a run to its last (medians). Resident memory may still grow as
 * allocators find their size, which is no leak; what JavaScript keeps alive after a collection may not.
 */
/** Unit: bytes. */
export const FLAT_BYTES = 16 * 2 ** 20;
/** Unit: bytes. */
export const FLAT_HEAP_BYTES = 2 * 2 ** 20;

/** A busy machine sees the end of so many children late. More: `wait()` waits on grandchildren. */
const MOST_SEEN_LATE = 0.05;

/** What is wrong, in words; empty: nothing. */
export function problems({ transport, memory, heap, last, ms }: History): string[] {
  if (last === null) return [`${transport}: the worker told nothing`];
  const found = [...last.faults.map((fault) => `${transport}: ${fault}`)];
  const tell = (what: string) => found.push(`${transport}: ${what}`);
  if (last.faultCount > last.faults.length) {
    tell(`${last.faultCount - last.faults.length} more faults`);
  }
  if (last.lostBytes > 0) tell(`${last.lostBytes} bytes were lost`);
  if (last.seenLate > 3 && last.seenLate > last.withGrandchild * MOST_SEEN_LATE) {
    tell(`${last.seenLate} of ${last.withGrandchild} waits lasted as long as a grandchild`);
  }
  if (!last.settled) {
    tell('the worker did not come to its end');
    return found;
  }
  const leaked = (what: keyof Census, before: number) => {
    const now = last.census[what];
    if (now > before) tell(`${now - before} ${what} leaked (${before} → ${now})`);
  };
  leaked('children', 0);
  leaked('descriptors', last.idle.descriptors);
  leaked('threads', last.idle.threads);
  const grown = (what: string, { early, late }: Trend, flat: number) => {
    if (ms >= LEAST_LONG_MS && late - early > flat) {
      tell(`${what} grew by ${mebibytes(late - early)} from the second quarter to the last`);
    }
  };
  grown('memory', memory, FLAT_BYTES);
  grown('the heap', heap, FLAT_HEAP_BYTES);
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
  if (!figures.tailIsRight) found.push('the captured tail is not what was written last');
  if (!checksumsAgree) found.push('the wire returned other bytes than were sent');
  if (besideFaults > 0) found.push(`${besideFaults} connections beside it went wrong`);
  if (growth > 2 * FLAT_BYTES) found.push(`memory grew by ${mebibytes(growth)}`);
  return found;
}
