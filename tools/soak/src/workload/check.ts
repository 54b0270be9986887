import { STDERR_BUFFER_CAP, type StderrSnapshot } from '@rsync-io/aux-channel';
import { expectedStderr, isCutShort, lateLine } from './child.js';
import type { Plan } from './plan.js';

/** What came of a connection. */
export interface Outcome {
  /** The exit code or signal; an error's name where `wait()` threw. */
  readonly ended: string;
  readonly stderr: StderrSnapshot;
  /** Everything that was forwarded; `null` where nobody looked. */
  readonly forwarded: Buffer | null;
  /** What came back by the wire. */
  readonly received: Buffer;
  readonly sent: Buffer;
  /** From before the spawn until `wait()` had returned. Unit: milliseconds. */
  readonly ms: number;
}

/** What is wrong with an outcome, in words; and how many bytes were lost. */
export interface Fault {
  readonly what: string;
  readonly lostBytes: number;
}

/** Compares an outcome with what the child is known to have done. */
export function check(plan: Plan, outcome: Outcome): Fault[] {
  const faults: Fault[] = [];
  const { stderr, forwarded } = outcome;
  const expected = isSeenLate(plan, outcome)
    ? Buffer.concat([expectedStderr(plan), lateLine(plan)])
    : expectedStderr(plan);
  const whole = !isCutShort(plan);
  const tell = (what: string, lostBytes = 0) =>
    faults.push({ what: `connection ${plan.id}: ${what}`, lostBytes });

  const wanted = wantedEnding(plan);
  if (!wanted.includes(outcome.ended)) {
    tell(`ended by ${outcome.ended}, not ${wanted.join(' or ')}`);
  }
  if (stderr.backend !== plan.backend) tell(`fell back to ${stderr.backend}`);
  const total = stderr.totalBytes;
  if (whole && total !== expected.length) {
    const lost = Math.max(0, expected.length - total);
    tell(`captured ${total} bytes of stderr, not ${expected.length}`, lost);
  }
  if (total > expected.length) tell(`captured ${total} bytes of stderr, more than were written`);
  // Whatever was cut short: no gap, no byte twice, none in another place.
  const upTo = expected.subarray(0, total);
  if (!upTo.subarray(-STDERR_BUFFER_CAP).equals(Buffer.from(stderr.bytes))) {
    tell('the captured bytes are not those that were written');
  }
  if (forwarded !== null && !forwarded.subarray(0, total).equals(upTo)) {
    const lost = Math.max(0, upTo.length - forwarded.length);
    tell(`the ${forwarded.length} forwarded bytes are not the ${total} that were written`, lost);
  }
  const back = outcome.sent.subarray(0, outcome.received.length);
  if (whole && outcome.received.length !== outcome.sent.length) {
    const lost = outcome.sent.length - outcome.received.length;
    tell(`the wire returned ${outcome.received.length} bytes of ${outcome.sent.length}`, lost);
  }
  if (!back.equals(outcome.received)) tell('the wire returned other bytes than were sent');
  return faults;
}

/**
 * Whether the grandchild spoke before a busy machine had seen the child's end: then that is captured too.
 * It cannot have spoken sooner than its time. Should `wait()` wait on grandchildren, this would be so
 * for all of them; the verdict bounds their part.
 */
export function isSeenLate(plan: Plan, { stderr, ms }: Outcome): boolean {
  const hadTime = plan.grandchildMs > 0 && ms >= plan.grandchildMs;
  return hadTime && stderr.totalBytes > expectedStderr(plan).length;
}

function wantedEnding({ ending }: Plan): string[] {
  switch (ending.kind) {
    case 'exit':
      return [String(ending.code)];
    case 'signal':
      return [`SIG${ending.signal}`];
    case 'killed':
      return ['SIGKILL'];
    case 'aborted':
      return ['AbortError', 'SIGTERM', 'SIGKILL'];
    case 'stalled':
      return ['IoTimeoutError'];
    case 'unconnected':
      return ['ConnectTimeoutError'];
  }
}
