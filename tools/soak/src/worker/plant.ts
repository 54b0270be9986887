import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../workload/check.js';

/** Faults that a worker makes on purpose, so that tests see them caught on the whole way to the report. */
export const PLANTS = ['byte', 'descriptor', 'thread', 'child', 'orphan', 'memory'] as const;
export type Plant = (typeof PLANTS)[number];

/** What is never given back, before the first report. All of it ends by itself. */
export function plantLeaks(plants: readonly Plant[]): void {
  for (const plant of plants) leaks[plant]?.();
}

const leaks: Partial<Record<Plant, () => void>> = {
  descriptor: () => openSync('/dev/null', 'r'),
  thread: () => new Worker('setTimeout(() => {}, 60_000)', { eval: true }).unref(),
  child: () => spawn('sleep', ['60'], { stdio: 'ignore' }),
  // Its parent is gone at once, so it is nobody's child that anybody counts.
  orphan: () => spawn('sh', ['-c', 'sleep 60 &'], { stdio: 'ignore' }),
};

/** As if the last byte of stderr had never come. */
export function withoutLastByte(outcome: Outcome): Outcome {
  const { stderr } = outcome;
  return {
    ...outcome,
    stderr: { ...stderr, bytes: stderr.bytes.subarray(0, -1), totalBytes: stderr.totalBytes - 1 },
  };
}

const kept: unknown[] = [];

/** What a small leak looks like: some kilobytes for each connection. */
export function keepKilobytes(): void {
  kept.push(Array.from({ length: 1_024 }, (_, i) => i + 0.5));
}
