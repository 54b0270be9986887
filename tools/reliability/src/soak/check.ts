import type { StderrSnapshot } from '@rsync-io/aux-channel';
import { type Arrivals, captureProblems } from '../common/arrivals.ts';
import { lateLine, type Plan } from './workload.ts';

/** Result of one connection. */
export interface Outcome {
  /** Exit code or signal; the error's name if `wait()` threw. */
  readonly ended: string;
  readonly stderr: StderrSnapshot;
  /** The bytes that the child writes to stderr. */
  readonly written: Buffer;
  /** The forwarded bytes; `null` if it was not recorded. */
  readonly forwarded: Buffer | null;
  readonly wire: Arrivals;
  /** From before the spawn until `wait()` returned. Unit: milliseconds. */
  readonly ms: number;
  /** How long `wait()` was late because of other connections. Unit: milliseconds. */
  readonly heldUpMs: number;
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

function allowedEndings({ ending }: Plan): string[] {
  if (ending.kind === 'exit') return [String(ending.code)];
  return ending.kind === 'signal' ? [`SIG${ending.signal}`] : ENDINGS[ending.kind];
}

/** Compares an outcome with what the child is known to have written. */
export function check(plan: Plan, outcome: Outcome): string[] {
  const { stderr, forwarded, wire, ended, ms } = outcome;
  const allowed = allowedEndings(plan);
  const isLost = outcome.besideLost && ended === 'DrainThreadLostError';
  // Whether the grandchild wrote before a busy machine noticed the child's end: its line is captured as well.
  const { grandchildMs } = plan;
  const isSeenLate =
    grandchildMs > 0 && ms >= grandchildMs && stderr.totalBytes > outcome.written.length;
  const late = Buffer.from(isSeenLate ? lateLine(plan) : '');
  const written = Buffer.concat([outcome.written, late]);
  // A child that is ended early may not have written everything; but there is no gap, and no byte out of place.
  const mayBeCut = 'afterMs' in plan.ending || isLost;
  const problems = [
    ...captureProblems(written, stderr, mayBeCut ? 0 : written.length),
    ...wire.problems('wire', mayBeCut ? 0 : wire.written.length),
  ];
  const require = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  require(isLost || allowed.includes(ended), `ended by ${ended}, not ${allowed.join(' or ')}`);
  require(stderr.backend === plan.backend ||
    plan.ending.kind === 'lost', `fell back to ${stderr.backend}`);
  const captured = written.subarray(0, stderr.totalBytes);
  require(isLost ||
    forwarded?.subarray(0, stderr.totalBytes).equals(captured) !==
      false, 'the forwarded bytes differ from the captured ones');
  return problems.map((problem) => `connection ${plan.id}: ${problem}`);
}
