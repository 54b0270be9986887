import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import type { AllowedOutcome, NodeDefect } from './expectation.ts';
import type { FaultCase } from './fault-case.ts';
import type { ConnectionSeen, ErrorSeen, Observation } from './observation.ts';
import type { ProbeRun } from './run/run-probe.ts';
import { payloadOf } from './run/work-dir.ts';

export type Verdict =
  | { readonly kind: 'right'; readonly outcome: string }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  /** The fault did not occur, so the case proves nothing. */
  | { readonly kind: 'not injected' }
  /** A defect of Node; see {@link NodeDefect}. */
  | { readonly kind: 'node'; readonly why: string };

/** Exits by abort(3) of libc or of V8. */
const ABORTED: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL']);

/** Compares a run with the expectation of its case and with the invariants of all cases. */
export function judge(faultCase: FaultCase, run: ProbeRun): Verdict {
  const { injection, expect } = faultCase;
  const injectedCall = run.calls.find(({ injected }) => injected)?.text ?? '';
  const { observation } = run;
  const nodeDefect = (symptom: NodeDefect['symptom']) =>
    expect.allowedOutcomes.find(
      (outcome): outcome is NodeDefect =>
        outcome.kind === 'node' &&
        outcome.symptom === symptom &&
        outcome.injectedCall.test(injectedCall),
    );

  if (run.hung) {
    const defect = nodeDefect('hangs');
    if (defect !== undefined) return { kind: 'node', why: defect.why };
    return wrong(['it hung and was killed at the deadline']);
  }
  if (observation === null) {
    const defect = nodeDefect('ends');
    if (defect !== undefined && ABORTED.has(run.killedBy)) return { kind: 'node', why: defect.why };
    const text = run.shown
      .toString('latin1')
      .replace(/^(?:line|wire) \d*$/gm, '')
      .trim();
    const how = run.killedBy ?? `status ${run.code}`;
    return wrong([`the process ended with ${how}: ${text.slice(-600)}`]);
  }
  if ((injection !== null && injectedCall === '') || !observation.arranged) {
    return { kind: 'not injected' };
  }
  const leaks = unexpectedLeaks(faultCase, observation);
  const outcomes = observation.connections.map((seen, i) =>
    outcomeOf(faultCase, run, injectedCall, seen, i),
  );
  const problems = [
    ...brokenInvariants(faultCase, observation),
    ...outcomes.flatMap(({ problems }) => problems),
  ];
  const defect = nodeDefect('leaks');
  if (problems.length === 0 && leaks.length > 0 && defect !== undefined) {
    if (leaks.every((leak) => defect.leaks?.test(leak))) return { kind: 'node', why: defect.why };
  }
  problems.push(...leaks.map((leak) => `leaked: ${leak}`));
  if (problems.length > 0) return wrong(problems);
  return { kind: 'right', outcome: [...new Set(outcomes.map(({ kind }) => kind))].join(', ') };
}

const wrong = (problems: readonly string[]): Verdict => ({ kind: 'wrong', problems });

function brokenInvariants({ expect }: FaultCase, { next, stray }: Observation): string[] {
  return [
    ...((next === null) === expect.nextWorks ? [] : [`the next connection: ${next ?? 'works'}`]),
    ...stray.map(({ name, message }) => `an uncaught error: ${name}: ${message}`),
  ];
}

function unexpectedLeaks({ expect }: FaultCase, { leaks }: Observation): readonly string[] {
  const isOneDescriptor = (leak: string) => {
    const match = /^descriptor .*: (\d+) before, (\d+) after$/.exec(leak);
    return match !== null && Number(match[2]) === Number(match[1]) + 1;
  };
  return leaks.length <= expect.closesRefused && leaks.every(isOneDescriptor) ? [] : leaks;
}

/** The first allowed outcome that occurred; otherwise the first one with its problems. */
function outcomeOf(
  faultCase: FaultCase,
  run: ProbeRun,
  injectedCall: string,
  seen: ConnectionSeen,
  index: number,
) {
  const tried = faultCase.expect.allowedOutcomes
    .filter((outcome) => outcome.kind !== 'node')
    .filter(
      (outcome) => outcome.kind !== 'error' || outcome.injectedCall?.test(injectedCall) !== false,
    )
    .map((outcome) => ({
      kind: outcome.kind,
      problems: problemsOf(outcome, faultCase, run, seen, index),
    }));
  return (
    tried.find(({ problems }) => problems.length === 0) ?? (tried[0] as (typeof tried)[number])
  );
}

function problemsOf(
  outcome: AllowedOutcome,
  { combination, expect, config }: FaultCase,
  run: ProbeRun,
  seen: ConnectionSeen,
  index: number,
): string[] {
  const problems: string[] = [];
  const require = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  const text = (error: ErrorSeen | null) => `${error?.name} ${error?.code} ${error?.message}`;
  require(seen.echoed.intact, 'stdout contains bytes that were not sent');

  if (outcome.kind === 'error') {
    const isRight = seen.error?.name === outcome.name && outcome.codes.includes(seen.error.code);
    require(isRight, `not ${outcome.name} ${outcome.codes.join(' or ')}, but ${text(seen.error)}`);
    require(seen.status === null, 'there is a status besides the error');
    return problems;
  }
  if (seen.error !== null) return [...problems, `an error: ${text(seen.error)}`];

  if (outcome.kind === 'wire error') {
    const isRight = outcome.codes.includes(seen.wireError?.code ?? '');
    require(isRight, `the error of the wire is ${text(seen.wireError)}`);
  } else {
    require(seen.wireError === null, `the wire failed: ${text(seen.wireError)}`);
    const { bytes } = seen.echoed;
    const isWhole = expect.echo !== 'all' || bytes === config.wireBytes;
    require(isWhole, `${bytes} of ${config.wireBytes} bytes returned`);
  }
  if (expect.status !== null) {
    const [actual, expected] = [JSON.stringify(seen.status), JSON.stringify(expect.status)];
    require(actual === expected, `the status is ${actual}, not ${expected}`);
  }

  const fallsBack = outcome.kind === 'fallback';
  const backend = fallsBack ? outcome.backend : combination.backend;
  require(seen.backend === backend, `the backend is ${seen.backend}, not ${backend}`);
  const messages = seen.fallbacks.length;
  require(messages === Number(fallsBack), `a fallback was reported ${messages} times`);

  const payload = payloadOf(config.payloadBytes, 'line');
  const captured = run.captured[index] as Buffer;
  if (expect.capture === 'nothing' || backend === 'inherit') {
    require(captured.length === 0, `${captured.length} bytes were captured of an inherited fd 2`);
  } else if (outcome.kind === 'capture ends') {
    require(outcome.ended.includes(seen.ended ?? ''), `the capture ended by ${seen.ended}`);
    require(payload.indexOf(captured) >= 0, 'the capture contains bytes that were not written');
  } else {
    require(expect.ended.includes(seen.ended ?? ''), `the capture ended by ${seen.ended}`);
    const isRight =
      captured.equals(payload.subarray(-STDERR_BUFFER_CAP)) && seen.totalBytes === payload.length;
    require(isRight, `the capture differs: ${seen.totalBytes} bytes of ${payload.length}`);
  }
  const mayBeCut = outcome.kind === 'capture ends' || outcome.kind === 'forwarding ends';
  if (expect.shown === 'payload' && !mayBeCut) {
    const problem = shownProblem(withoutWarnings(run.shown), payload, config.connections);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/** Without Node's own warnings. */
const withoutWarnings = (shown: Buffer) =>
  Buffer.from(shown.toString('latin1').replace(/^\((?:node:\d+\)|Use `node).*\n/gm, ''), 'latin1');

/** The payload must occur exactly once for each connection. */
function shownProblem(shown: Buffer, payload: Buffer, connections: number): string | null {
  if (connections === 1) {
    if (payload.length === 0) return null;
    const at = shown.indexOf(payload);
    if (at < 0) return `fd 2 does not contain the payload; it has ${shown.length} bytes`;
    return shown.indexOf(payload, at + 1) < 0 ? null : 'fd 2 contains the payload twice';
  }
  const count = shown.toString('latin1').match(/^line \d{7}$/gm)?.length ?? 0;
  const expected = (payload.toString('latin1').match(/\n/g)?.length ?? 0) * connections;
  return count === expected ? null : `fd 2 has ${count} lines, not ${expected}`;
}
