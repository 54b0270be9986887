import type { FaultCase } from './fault-case.ts';
import type { Observation, ProbeConfig } from './probe/config.ts';
import { KNOWN } from './system-calls.ts';

export interface Verdict {
  /** `node`: a defect of Node. `not injected`: the fault did not occur, so the case proves nothing. */
  readonly kind: 'right' | 'wrong' | 'node' | 'not injected';
  /** The outcome, or the problem. */
  readonly text: string;
}

/** How a probe ended, and its results. */
export interface ProbeRun {
  /** `null` if there is none. */
  readonly observation: Observation | null;
  /** Exit code or signal of the probe; `null`: it was killed at the deadline. */
  readonly ended: number | string | null;
  /** The bytes written to the probe's fd 2. */
  readonly shown: string;
  /** The failed call, as strace prints it. */
  readonly injectedCall: string | null;
  /** Whether strace was detached during a call. If that was the call to fail, it fails with ENOSYS. */
  readonly isDetachedInCall: boolean;
}

/** Compares a run with the allowed outcomes of its case and with the invariants of all cases. */
export function judge(
  faultCase: FaultCase,
  config: ProbeConfig,
  payload: Buffer,
  run: ProbeRun,
): Verdict {
  const { allow = 'works', injection, closeFails = false, nextFails = false } = faultCase;
  const { observation, injectedCall, isDetachedInCall } = run;
  const isMissing = injection !== undefined && injectedCall === null;
  const provesNothing = isMissing && (observation !== null || isDetachedInCall);
  if (provesNothing || observation?.arranged === false) return { kind: 'not injected', text: '' };
  const outcomes = outcomesOf(run, config, payload);
  const allowed = new RegExp(`^(?:${allow})$`);
  const problems = outcomes.filter((outcome) => !allowed.test(outcome));
  if (observation !== null) {
    const { next, stray, leaks } = observation;
    if ((next !== null) !== nextFails) problems.push(`the next connection: ${next ?? 'works'}`);
    problems.push(...stray.map((error) => `an uncaught error: ${error}`));
    const isOpen = closeFails && leaks.length === 1 && isOneDescriptor(leaks[0] as string);
    if (!isOpen) problems.push(...leaks.map((leak) => `leaked: ${leak}`));
  }
  if (problems.length === 0) return { kind: 'right', text: outcomes.join('; ') };
  // The caller spawns nothing there, so that no leak is Node's.
  const call = injection?.section === 'caller from the start' ? '' : (injectedCall ?? '');
  const known = problems.map((problem) =>
    KNOWN.find((one) => one.call.test(call) && one.outcome.test(problem)),
  );
  if (known.includes(undefined)) return { kind: 'wrong', text: problems.join('; ') };
  const why = known.find((one) => one?.why)?.why;
  return why === undefined
    ? { kind: 'right', text: problems.join('; ') }
    : { kind: 'node', text: why };
}

/** One text for all connections that ended in the same way. */
function outcomesOf({ observation, ended, shown }: ProbeRun, config: ProbeConfig, payload: Buffer) {
  if (ended === null) return ['hangs'];
  if (observation === null) {
    const rest = shown.replace(/^(?:line|wire) \d*$/gm, '').trim();
    return [`ends with ${ended}: ${rest.slice(-600)}`];
  }
  const fd2 = shownDifference(shown, payload, config.connections);
  const texts = observation.outcomes.map(({ isError, differences }) =>
    (isError ? differences : [...differences, ...fd2]).join(', '),
  );
  return [...new Set(texts)].map((outcome) => outcome || 'works');
}

/** The payload must occur exactly once for each connection, apart from Node's own warnings. */
function shownDifference(text: string, payload: Buffer, connections: number): string[] {
  const shown = text.replace(/^\((?:node:\d+\)|Use `node).*\n/gm, '');
  const line = payload.toString('latin1');
  const times = line === '' ? connections : shown.split(line).length - 1;
  return times === connections ? [] : [times < connections ? 'fd 2 cut' : 'fd 2 repeated'];
}

function isOneDescriptor(leak: string): boolean {
  const match = /^descriptor .*: (\d+) before, (\d+) after$/.exec(leak);
  return match !== null && Number(match[2]) === Number(match[1]) + 1;
}
