import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../check.ts';
import type { ForeignFiles } from './targets.ts';

/** Connections before the measurement: native code is loaded, threads are started, functions compiled. */
export const WARM_UP = 40;

/** Bugs that a worker contains on request, so that tests see each of them in the report. They end after a minute. */
const leaks: Record<string, () => unknown> = {
  descriptor: () => openSync('/dev/null', 'r'),
  thread: () => new Worker('setTimeout(() => {}, 60_000)', { eval: true }).unref(),
  child: () => spawn('sleep', ['60'], { stdio: 'ignore' }),
  // Its parent exits at once, so no census of children counts it.
  orphan: () => spawn('sh', ['-c', 'sleep 60 &'], { stdio: 'ignore' }),
};

export function injectLeaks(bugs: readonly string[]): void {
  for (const bug of bugs) leaks[bug]?.();
}

export function writeToForeignFile(bugs: readonly string[], files: ForeignFiles): void {
  if (bugs.includes('foreign') && files.newest !== undefined) writeSync(files.newest, 'x');
}

/** The outcome of a connection as a transport that loses the last byte of one connection would report it. */
export function withLostByte(bugs: readonly string[], id: number, outcome: Outcome): Outcome {
  const { stderr } = outcome;
  if (!bugs.includes('byte') || id <= WARM_UP || stderr.totalBytes === 0) return outcome;
  const bytes = stderr.bytes.subarray(0, -1);
  return { ...outcome, stderr: { ...stderr, bytes, totalBytes: stderr.totalBytes - 1 } };
}
