import { markedRun } from './left-over.js';
import type { BlobFigures, BlobProgress } from './worker/blob.js';
import { workerLines } from './worker-process.js';

const DEADLINE_MS = 15 * 60_000;

export interface BlobOptions {
  readonly gibibytes: number;
  /** Short connections meanwhile. */
  readonly beside: number;
  readonly onProgress?: (progress: BlobProgress) => void;
  readonly signal?: AbortSignal;
}

/** @returns `null` when it was stopped, or came to no end */
export async function runBlob(options: BlobOptions): Promise<BlobFigures | null> {
  const { gibibytes, beside, onProgress, signal } = options;
  const { env, endLeftOver } = markedRun();
  const args = ['--gibibytes', String(gibibytes), '--beside', String(beside)];
  // It does not listen: SIGTERM ends it, and the end of their pipes its children.
  const worker = { env, deadlineMs: DEADLINE_MS, signal, graceMs: 0 };
  let figures: BlobFigures | null = null;
  for await (const line of workerLines('blob', args, worker)) {
    const told = line as BlobFigures | BlobProgress;
    if ('seconds' in told) figures = told;
    else onProgress?.(told);
  }
  await endLeftOver();
  return figures;
}
