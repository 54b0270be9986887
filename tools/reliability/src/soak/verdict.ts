import { mebibytes, median } from '@rsync-io/kit/statistics';
import type { Census, Figures } from './worker/figures.ts';

/** The life of one worker. */
export interface History {
  readonly transport: Figures['transport'];
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
  const { transport, samples } = history;
  const last = samples.at(-1)?.figures;
  if (last === undefined) return [`${transport}: the worker reported nothing`];
  const found = last.faults.map((fault) => `${transport}: ${fault}`);
  const report = (problem: string) => found.push(`${transport}: ${problem}`);
  const more = last.faultCount - last.faults.length;
  if (more > 0) report(`${more} more faults`);
  if (last.heldUpMs > MAX_HELD_UP_MS) {
    report(`a connection was held up for ${last.heldUpMs.toFixed(0)} ms`);
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
  if ((samples.at(-1)?.ms ?? 0) < MIN_MEMORY_RUN_MS) return found;
  for (const what of ['memory', 'heap'] as const) {
    const { early, late } = trend(history, what);
    if (late - early > MAX_GROWTH[what]) report(`${what} grew by ${mebibytes(late - early)}`);
  }
  return found;
}

/** A run in a few lines. */
export function reportText(histories: readonly History[], found: readonly string[]): string {
  const lines = histories.flatMap((history) => {
    const last = history.samples.at(-1)?.figures;
    if (last === undefined) return [];
    const { idle, census } = last;
    const change = (what: 'memory' | 'heap') => {
      const { early, late } = trend(history, what);
      return `${what} ${mebibytes(early)} → ${mebibytes(late)}`;
    };
    return [
      `${last.transport}: ${last.connections} connections, ${mebibytes(last.bytes)} of stderr, ${last.faultCount} faults, ${last.lostThreads} lost threads`,
      `  held up ≤ ${last.heldUpMs.toFixed(0)} ms, descriptors ${idle.descriptors} → ${census.descriptors}, threads ${idle.threads} → ${census.threads}, children ${census.children}, ${change('memory')}, ${change('heap')}`,
    ];
  });
  const verdict =
    found.length === 0
      ? ['Nothing lost, nothing leaked.']
      : [...found.map((problem) => `  ✗ ${problem}`), `${found.length} problems.`];
  return `${[...lines, ...verdict].join('\n')}\n`;
}
