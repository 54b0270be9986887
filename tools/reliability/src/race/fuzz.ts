import { AsyncSshTransport as WithoutChannel } from '@rsync-io/transport-async';
import { AsyncSshTransport as WithChannel } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { createMaterial } from '../common/material.ts';
import { judge } from './oracle.ts';
import { createPlan, type Plan } from './plan.ts';
import { runPlan, type Transport } from './run-plan.ts';

export interface RaceRequest {
  readonly seed: number;
  readonly runs: number;
  /** Runs at the same time. */
  readonly jobs: number;
  readonly transport: Transport;
  /** Whether the transport captures stderr. */
  readonly channel: boolean;
  readonly onProgress?: (done: number, violations: number) => void;
  readonly signal?: AbortSignal;
}

export interface Violation {
  readonly plan: Plan;
  readonly problems: readonly string[];
}

/** Runs plans with the seeds `seed`, `seed + 1`, …; returns those that the oracle rejects. */
export async function fuzzRaces(
  request: RaceRequest,
): Promise<{ done: number; violations: Violation[] }> {
  const material = createMaterial();
  const strayErrors: unknown[] = [];
  const collect = (error: unknown) => void strayErrors.push(error);
  process.on('unhandledRejection', collect).on('uncaughtException', collect);
  const violations: Violation[] = [];
  let started = 0;
  let done = 0;
  const job = async () => {
    while (started < request.runs && request.signal?.aborted !== true) {
      const seed = request.seed + started++;
      const plan = createPlan(seed, request.channel);
      const seen = await runPlan(plan, request.transport, material);
      seen.strayErrors.push(...strayErrors.splice(0));
      const problems = judge(plan, seen, material, request.channel);
      if (problems.length > 0) violations.push({ plan, problems });
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

/** The transport's build with the stderr channel, or the one without it. */
export function transportOf(channel: boolean): Pick<RaceRequest, 'transport' | 'channel'> {
  return { transport: channel ? WithChannel : WithoutChannel, channel };
}
