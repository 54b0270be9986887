import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../check.ts';
import { WARM_UP } from './task.ts';

/** Bugs that a worker contains on request, so that tests see each of them in the report. */
export const INJECTED_BUGS = [
  ...(['byte', 'descriptor', 'thread', 'child', 'orphan', 'memory'] as const),
];
export type InjectedBug = (typeof INJECTED_BUGS)[number];

/** Leaks resources, all of which end by themselves after a minute. */
export function injectLeaks(bugs: readonly InjectedBug[]): void {
  for (const bug of bugs) leaks[bug]?.();
}

const leaks: Partial<Record<InjectedBug, () => void>> = {
  descriptor: () => openSync('/dev/null', 'r'),
  thread: () => new Worker('setTimeout(() => {}, 60_000)', { eval: true }).unref(),
  child: () => spawn('sleep', ['60'], { stdio: 'ignore' }),
  // Its parent exits at once, so no census of children counts it.
  orphan: () => spawn('sh', ['-c', 'sleep 60 &'], { stdio: 'ignore' }),
};

const kept: unknown[] = [];

/** The outcome of connection `id` as a transport with these bugs would report it. */
export function withBugs(bugs: readonly InjectedBug[], id: number, outcome: Outcome): Outcome {
  // A small leak: some kilobytes for each connection.
  if (bugs.includes('memory')) kept.push(Array.from({ length: 1_024 }, (_, i) => i + 0.5));
  if (!bugs.includes('byte') || id !== WARM_UP) return outcome;
  const { stderr } = outcome;
  const bytes = stderr.bytes.subarray(0, -1);
  return { ...outcome, stderr: { ...stderr, bytes, totalBytes: stderr.totalBytes - 1 } };
}
