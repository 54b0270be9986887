import { describe, expect, it } from 'vitest';
import { systemCallCases } from '../src/faults/cases/system-calls.ts';
import { COMBINATIONS } from '../src/faults/combination.ts';
import type { FaultCase } from '../src/faults/fault-case.ts';
import { judge } from '../src/faults/judge.ts';
import type { ConnectionSeen, Observation } from '../src/faults/observation.ts';
import type { ProbeRun } from '../src/faults/run/run-probe.ts';
import { payloadOf } from '../src/faults/run/work-dir.ts';

const combination = COMBINATIONS.find(({ flag, backend }) => flag === 'on' && backend === 'pipe')!;

function caseOf(call: string, errno: string): FaultCase {
  const count = { combination, thread: 'caller', cold: false, reference: null } as const;
  const cases = systemCallCases([{ ...count, call, steps: [''] }]);
  return cases.find(({ injection }) => injection?.errno === errno)!;
}

/** A run in which nothing was noticed. */
function perfect(faultCase: FaultCase, injectedCall: string): ProbeRun {
  const { config } = faultCase;
  const payload = payloadOf(config.payloadBytes, 'line');
  const connection: ConnectionSeen = {
    error: null,
    wireError: null,
    status: { code: 3, signal: null },
    echoed: { bytes: config.wireBytes, intact: true },
    backend: combination.backend,
    ended: 'eof',
    totalBytes: payload.length,
    droppedWarnings: 0,
    fallbacks: [],
  };
  const observation: Observation = {
    connections: [connection],
    next: null,
    leaks: [],
    census: [],
    stray: [],
    arranged: true,
  };
  const call = { thread: null, call: '', text: injectedCall, injected: injectedCall !== '' };
  return {
    observation,
    code: 0,
    killedBy: null,
    hung: false,
    shown: payload,
    captured: [payload],
    calls: [call],
  };
}

type Change = (run: ProbeRun) => Partial<ProbeRun>;
const seen =
  (change: Partial<ConnectionSeen>): Change =>
  ({ observation }) => ({
    observation: { ...observation!, connections: [{ ...observation!.connections[0]!, ...change }] },
  });
const reports =
  (change: Partial<Observation>): Change =>
  ({ observation }) => ({ observation: { ...observation!, ...change } });

const ON_SOCKET = 'read(21<socket:[1]>, 0x7f, 65536) = -1 EINTR (INJECTED)';
const ON_LIBUV_PIPE = 'read(4<pipe:[1]>, 0x7f, 1) = -1 EINTR (INJECTED)';

describe('the judge', () => {
  const again = caseOf('read', 'EINTR');
  const verdict = (change: Change, injectedCall = ON_SOCKET, faultCase = again) => {
    const run = perfect(faultCase, injectedCall);
    return judge(faultCase, { ...run, ...change(run) });
  };

  it('accepts a perfect run', () => {
    expect(verdict(() => ({}))).toEqual({ kind: 'right', outcome: 'result' });
  });

  it.each<[string, Change, RegExp]>([
    ['a hang', () => ({ hung: true, observation: null }), /hung/],
    ['an abort', () => ({ killedBy: 'SIGABRT', observation: null }), /ended with SIGABRT/],
    ['a lost byte', ({ captured }) => ({ captured: [captured[0]!.subarray(1)] }), /capture/],
    ['a byte not shown', ({ shown }) => ({ shown: shown.subarray(1) }), /fd 2 does not contain/],
    ['bytes shown twice', ({ shown }) => ({ shown: Buffer.concat([shown, shown]) }), /twice/],
    ['another status', seen({ status: { code: 0, signal: null } }), /status/],
    ['bytes that did not return', seen({ echoed: { bytes: 1, intact: true } }), /returned/],
    ['other bytes', seen({ echoed: { bytes: 1_000, intact: false } }), /not sent/],
    ['a silent fallback', seen({ backend: 'inherit' }), /backend is inherit/],
    ['an early end', seen({ ended: 'error' }), /ended by error/],
    [
      'a broken wire',
      seen({ wireError: { name: 'Error', code: 'EPIPE', message: '' } }),
      /the wire failed/,
    ],
    ['a leak', reports({ leaks: ['thread: 1 before, 2 after'] }), /leaked: thread/],
    ['a next connection that fails', reports({ next: 'Error: no' }), /next connection/],
    [
      'a stray error',
      reports({ stray: [{ name: 'Error', code: null, message: 'x' }] }),
      /uncaught/,
    ],
  ])('rejects %s', (_what, change, problem) => {
    expect(verdict(change)).toMatchObject({
      kind: 'wrong',
      problems: expect.arrayContaining([expect.stringMatching(problem)]) as unknown,
    });
  });

  it('counts a case without its fault as not injected', () => {
    expect(verdict(() => ({}), '')).toEqual({ kind: 'not injected' });
  });

  it('accepts a defect of libuv only on its own descriptors', () => {
    const hang: Change = () => ({ hung: true, observation: null });
    expect(verdict(hang, ON_LIBUV_PIPE).kind).toBe('node');
    expect(verdict(hang, ON_SOCKET).kind).toBe('wrong');
  });

  it('accepts known leaks of Node and no others', () => {
    const scarce = caseOf('pipe2', 'EMFILE');
    const injectedCall = 'pipe2(0x7f, O_CLOEXEC) = -1 EMFILE (INJECTED)';
    const sockets = 'descriptor socket:: 0 before, 2 after';
    expect(verdict(reports({ leaks: [sockets] }), injectedCall, scarce).kind).toBe('node');
    const more = [sockets, 'thread: 1 before, 2 after'];
    expect(verdict(reports({ leaks: more }), injectedCall, scarce).kind).toBe('wrong');
  });

  it('allows one more descriptor if close(2) fails', () => {
    const refused = caseOf('close', 'EINTR');
    const one = ['descriptor socket:: 3 before, 4 after'];
    const two = ['descriptor socket:: 3 before, 5 after'];
    expect(verdict(reports({ leaks: one }), ON_SOCKET, refused).kind).toBe('right');
    expect(verdict(reports({ leaks: two }), ON_SOCKET, refused).kind).toBe('wrong');
  });
});
