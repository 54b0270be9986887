import { STDERR_BUFFER_CAP, type StderrSnapshot } from '@rsync-io/aux-channel';
import { expectedStderr, lateLine, type Plan } from './workload.ts';

/** Result of one connection. */
export interface Outcome {
  /** Exit code or signal; the error's name if `wait()` threw. */
  readonly ended: string;
  readonly stderr: StderrSnapshot;
  /** Everything that was forwarded; `null` if it was not recorded. */
  readonly forwarded: Buffer | null;
  /** What returned on the wire. */
  readonly received: Buffer;
  readonly sent: Buffer;
  /** From before the spawn until `wait()` returned. Unit: milliseconds. */
  readonly ms: number;
}

export interface Fault {
  readonly description: string;
  readonly lostBytes: number;
}

/** Compares an outcome with what the child is known to have written. */
export function check(plan: Plan, outcome: Outcome): Fault[] {
  const faults: Fault[] = [];
  const { stderr, forwarded } = outcome;
  const expected = isSeenLate(plan, outcome)
    ? Buffer.concat([expectedStderr(plan), lateLine(plan)])
    : expectedStderr(plan);
  // A child that is ended early may not have written everything.
  const isWhole = !('afterMs' in plan.ending);
  const report = (description: string, lostBytes = 0) =>
    faults.push({ description: `connection ${plan.id}: ${description}`, lostBytes });

  const endings = allowedEndings(plan);
  if (!endings.includes(outcome.ended)) {
    report(`ended by ${outcome.ended}, not ${endings.join(' or ')}`);
  }
  if (stderr.backend !== plan.backend) report(`fell back to ${stderr.backend}`);
  const total = stderr.totalBytes;
  if (total > expected.length) report(`captured ${total} bytes of stderr, more than were written`);
  if (isWhole && total !== expected.length) {
    const lost = Math.max(0, expected.length - total);
    report(`captured ${total} bytes of stderr, not ${expected.length}`, lost);
  }
  // Even if it was cut short: no gap, no repeated byte, no byte out of place.
  const written = expected.subarray(0, total);
  if (!written.subarray(-STDERR_BUFFER_CAP).equals(Buffer.from(stderr.bytes))) {
    report('the captured bytes differ from the written ones');
  }
  if (forwarded !== null && !forwarded.subarray(0, total).equals(written)) {
    const lost = Math.max(0, written.length - forwarded.length);
    report(`the ${forwarded.length} forwarded bytes differ from the ${total} written ones`, lost);
  }
  const { sent, received } = outcome;
  if (isWhole && received.length !== sent.length) {
    const lost = sent.length - received.length;
    report(`the wire returned ${received.length} bytes of ${sent.length}`, lost);
  }
  if (!sent.subarray(0, received.length).equals(received)) {
    report('the wire returned other bytes than were sent');
  }
  return faults;
}

/**
 * Whether the grandchild wrote before a busy machine noticed the child's end: then its line is captured as
 * well. If `wait()` waited for grandchildren, this would be true for all of them; the verdict limits the share.
 */
export function isSeenLate(plan: Plan, { stderr, ms }: Outcome): boolean {
  const hadTime = plan.grandchildMs > 0 && ms >= plan.grandchildMs;
  return hadTime && stderr.totalBytes > expectedStderr(plan).length;
}

function allowedEndings({ ending }: Plan): string[] {
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
