import type { StderrSnapshot } from '@rsync-io/aux-channel';
import { type Arrivals, captureProblems } from '../common/arrivals.ts';
import { lateLine, type Plan } from './workload.ts';

/** Result of one connection. */
export interface Outcome {
  /** Exit code or signal; the error's name if `wait()` threw. */
  readonly ended: string;
  readonly stderr: StderrSnapshot;
  /** What the child writes to stderr. */
  readonly written: Buffer;
  /** What was forwarded; `null` if it was not recorded. */
  readonly forwarded: Buffer | null;
  readonly wire: Arrivals;
  /** From before the spawn until `wait()` returned. Unit: milliseconds. */
  readonly ms: number;
  /** Whether the drain thread was ended while the connection was open. */
  readonly besideLost: boolean;
}

const ENDINGS = {
  killed: ['SIGKILL'],
  aborted: ['AbortError', 'SIGTERM', 'SIGKILL'],
  stalled: ['IoTimeoutError'],
  unconnected: ['ConnectTimeoutError'],
  lost: ['DrainThreadLostError', 'SIGKILL'],
};

/** Compares an outcome with what the child is known to have written. */
export function check(plan: Plan, outcome: Outcome): string[] {
  const { ending } = plan;
  const { stderr, forwarded, wire, ended } = outcome;
  const isLost = outcome.besideLost && ended === 'DrainThreadLostError';
  const written = isSeenLate(plan, outcome)
    ? Buffer.concat([outcome.written, Buffer.from(lateLine(plan))])
    : outcome.written;
  // A child that is ended early may not have written everything; but there is no gap, and no byte out of place.
  const least = 'afterMs' in ending || isLost ? 0 : written.length;
  const allowed =
    ending.kind === 'exit'
      ? [String(ending.code)]
      : ending.kind === 'signal'
        ? [`SIG${ending.signal}`]
        : ENDINGS[ending.kind];
  const problems = captureProblems(written, stderr, least);
  if (!allowed.includes(ended) && !isLost) {
    problems.push(`ended by ${ended}, not ${allowed.join(' or ')}`);
  }
  if (stderr.backend !== plan.backend && ending.kind !== 'lost') {
    problems.push(`fell back to ${stderr.backend}`);
  }
  const isWhole = forwarded
    ?.subarray(0, stderr.totalBytes)
    .equals(written.subarray(0, stderr.totalBytes));
  if (isWhole === false && !isLost)
    problems.push('the forwarded bytes differ from the captured ones');
  problems.push(...wire.problems('wire', 'afterMs' in ending || isLost ? 0 : plan.wireBytes));
  return problems.map((problem) => `connection ${plan.id}: ${problem}`);
}

/** Whether the grandchild wrote before a busy machine noticed the child's end: its line is captured as well. */
const isSeenLate = ({ grandchildMs }: Plan, { stderr, written, ms }: Outcome): boolean =>
  grandchildMs > 0 && ms >= grandchildMs && stderr.totalBytes > written.length;
