import { mebibytes, median, slope } from '@rsync-io/kit/statistics';
import type { BlobFigures } from './worker/blob.ts';
import type { Census, Figures } from './worker/figures.ts';

export interface Sample {
  /** Since the start. Unit: milliseconds. */
  readonly ms: number;
  readonly figures: Figures;
}

/** How a quantity developed over a run. Unit: bytes. */
export interface Trend {
  /** Medians of the second and the last quarter of the run. */
  readonly early: number;
  readonly late: number;
  /** Growth for each connection, over the last three quarters, by least squares. */
  readonly perConnection: number;
}

export function trend(samples: readonly Sample[], of: 'memory' | 'heap'): Trend {
  const end = samples.at(-1)?.ms ?? 0;
  const between = (from: number, to: number) =>
    samples.filter(({ ms }) => ms >= from * end && ms <= to * end);
  const value = ({ figures }: Sample) => figures.census[of];
  const middle = (part: readonly Sample[]) => (part.length === 0 ? 0 : median(part.map(value)));
  return {
    early: middle(between(0.25, 0.5)),
    late: middle(between(0.75, 1)),
    perConnection: slope(
      between(0.25, 1).map((sample) => [sample.figures.connections, value(sample)]),
    ),
  };
}

/** The life of one worker. */
export interface History {
  readonly transport: Figures['transport'];
  /** Its last report; `null` if there is none. */
  readonly last: Figures | null;
  /** Resident memory. */
  readonly memory: Trend;
  /** JavaScript heap, the drain thread's included. */
  readonly heap: Trend;
  readonly ms: number;
}

/** A heap needs a while to reach its size: the memory of shorter runs is not judged. Unit: milliseconds. */
export const MIN_MEMORY_RUN_MS = 120_000;

/** Allowed growth from the second quarter to the last. Allocators may still grow. Unit: bytes. */
export const MAX_MEMORY_GROWTH = 16 * 2 ** 20;
/** The same for the JavaScript heap after a collection. Unit: bytes. */
export const MAX_HEAP_GROWTH = 2 * 2 ** 20;

/** A busy machine notices the end of this share of children late. More: `wait()` waits for grandchildren. */
const MAX_SEEN_LATE = 0.05;

/** Descriptions of what is wrong; empty if nothing is. */
export function problems({ transport, memory, heap, last, ms }: History): string[] {
  if (last === null) return [`${transport}: the worker reported nothing`];
  const found = last.faults.map((fault) => `${transport}: ${fault}`);
  const report = (problem: string) => found.push(`${transport}: ${problem}`);
  if (last.faultCount > last.faults.length) {
    report(`${last.faultCount - last.faults.length} more faults`);
  }
  if (last.lostBytes > 0) report(`${last.lostBytes} bytes were lost`);
  if (last.seenLate > 3 && last.seenLate > last.withGrandchild * MAX_SEEN_LATE) {
    report(`${last.seenLate} of ${last.withGrandchild} waits lasted as long as a grandchild`);
  }
  if (!last.settled) {
    report('the worker did not finish');
    return found;
  }
  const leaked = (what: keyof Census, before: number) => {
    const now = last.census[what];
    if (now > before) report(`${now - before} ${what} leaked (${before} → ${now})`);
  };
  leaked('children', 0);
  leaked('descriptors', last.idle.descriptors);
  leaked('threads', last.idle.threads);
  const grown = (what: string, { early, late }: Trend, allowed: number) => {
    if (ms >= MIN_MEMORY_RUN_MS && late - early > allowed) {
      report(`${what} grew by ${mebibytes(late - early)} from the second quarter to the last`);
    }
  };
  grown('memory', memory, MAX_MEMORY_GROWTH);
  grown('the heap', heap, MAX_HEAP_GROWTH);
  return found;
}

export function blobProblems(figures: BlobFigures): string[] {
  const found: string[] = [];
  const { stderrBytes, expectedStderrBytes, shortFaults, growth } = figures;
  if (stderrBytes !== expectedStderrBytes) {
    found.push(`${stderrBytes} bytes of stderr arrived, not ${expectedStderrBytes}`);
  }
  if (!figures.tailIsRight) found.push('the captured tail differs from what was written');
  if (!figures.checksumsAgree) found.push('the wire returned other bytes than were sent');
  if (shortFaults > 0) found.push(`${shortFaults} short connections failed`);
  if (growth > 2 * MAX_MEMORY_GROWTH) found.push(`memory grew by ${mebibytes(growth)}`);
  return found;
}
