import { AsyncSshTransport as WithoutChannel } from '@rsync-io/transport-async';
import { AsyncSshTransport as WithChannel } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { createMaterial } from '../common/material.ts';
import { judge } from './oracle.ts';
import { createPlan } from './plan.ts';
import { runPlan } from './run-plan.ts';

interface RaceRequest {
  readonly seed: number;
  readonly runs: number;
  /** Runs at the same time. */
  readonly jobs: number;
  /** Whether the transport captures stderr. */
  readonly channel: boolean;
  readonly onProgress?: (done: number, violations: number) => void;
  readonly signal?: AbortSignal;
}

/** Runs plans with the seeds `seed`, `seed + 1`, …; returns a line for each that the oracle rejects. */
export async function fuzzRaces(
  request: RaceRequest,
): Promise<{ done: number; violations: string[] }> {
  const { channel } = request;
  const material = createMaterial();
  const strayErrors: unknown[] = [];
  const collect = (error: unknown) => void strayErrors.push(error);
  process.on('unhandledRejection', collect).on('uncaughtException', collect);
  const violations: string[] = [];
  let started = 0;
  let done = 0;
  const job = async () => {
    while (started < request.runs && request.signal?.aborted !== true) {
      const seed = request.seed + started++;
      const plan = createPlan(seed, channel);
      const seen = await runPlan(plan, channel ? WithChannel : WithoutChannel, material);
      seen.strayErrors.push(...strayErrors.splice(0));
      const problems = judge(plan, seen, material, channel);
      if (problems.length > 0) violations.push(`seed ${seed}: ${problems.join('; ')}`);
      done += 1;
      request.onProgress?.(done, violations.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: request.jobs }, job));
  } finally {
    process.off('unhandledRejection', collect).off('uncaughtException', collect);
    material.dispose();
  }
  return { done, violations };
}
