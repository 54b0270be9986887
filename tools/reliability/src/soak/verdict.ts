import { mebibytes, median } from '@rsync-io/kit/statistics';
import type { Census, Figures, Task } from './worker/worker.ts';

/** The life of one worker. */
export interface History {
  readonly transport: Task['transport'];
  /** Its reports, with the time since the start. Unit: milliseconds. */
  readonly samples: readonly { readonly ms: number; readonly figures: Figures }[];
}

/** A heap needs a while to reach its size: the memory of shorter runs is not judged. Unit: milliseconds. */
export const MIN_MEMORY_RUN_MS = 120_000;
/** Allowed growth from the second quarter of a run to the last. Allocators may still grow. Unit: bytes. */
export const MAX_GROWTH = { memory: 16 * 2 ** 20, heap: 2 * 2 ** 20 };
/** Time by which the `wait()` of a connection may be late because of others. Unit: milliseconds. */
export const MAX_HELD_UP_MS = 100;

/** Medians of the second and the last quarter of a run. Unit: bytes. */
export function trend({ samples }: History, of: 'memory' | 'heap') {
  const end = samples.at(-1)?.ms ?? 0;
  const middle = (from: number, to: number) => {
    const part = samples.filter(({ ms }) => ms >= from * end && ms <= to * end);
    return part.length === 0 ? null : median(part.map(({ figures }) => figures.census[of]));
  };
  const late = middle(0.75, 1) ?? 0;
  return { early: middle(0.25, 0.5) ?? late, late };
}

/** Descriptions of what is wrong; empty if nothing is. */
export function problems(history: History): string[] {
  const { samples } = history;
  const last = samples.at(-1);
  if (last === undefined) return ['the worker reported nothing'];
  const { faults, faultCount, heldUpMs, idle, census, settled } = last.figures;
  const found = [...faults];
  const report = (applies: boolean, problem: string) => void (applies && found.push(problem));
  report(faultCount > faults.length, `${faultCount - faults.length} more faults`);
  const late = `a connection was held up for ${heldUpMs.toFixed(0)} ms`;
  report(heldUpMs > MAX_HELD_UP_MS, late);
  if (!settled) return [...found, 'the worker did not finish'];
  const leaked = (what: keyof Census, before: number) =>
    report(
      census[what] > before,
      `${census[what] - before} ${what} leaked (${before} → ${census[what]})`,
    );
  leaked('children', 0);
  leaked('descriptors', idle.descriptors);
  leaked('threads', idle.threads);
  if (last.ms < MIN_MEMORY_RUN_MS) return found;
  for (const what of ['memory', 'heap'] as const) {
    const { early, late } = trend(history, what);
    report(late - early > MAX_GROWTH[what], `${what} grew by ${mebibytes(late - early)}`);
  }
  return found;
}

/** A run in two lines. */
export function reportText(history: History): string {
  const last = history.samples.at(-1)?.figures;
  if (last === undefined) return '';
  const { connections, bytes, faultCount, lostThreads, heldUpMs, idle, census } = last;
  const change = (what: 'memory' | 'heap') => {
    const { early, late } = trend(history, what);
    return `${what} ${mebibytes(early)} → ${mebibytes(late)}`;
  };
  return `${history.transport}: ${connections} connections, ${mebibytes(bytes)} of stderr, ${faultCount} faults, ${lostThreads} lost threads
  held up ≤ ${heldUpMs.toFixed(0)} ms, descriptors ${idle.descriptors} → ${census.descriptors}, threads ${idle.threads} → ${census.threads}, children ${census.children}, ${change('memory')}, ${change('heap')}
`;
}
