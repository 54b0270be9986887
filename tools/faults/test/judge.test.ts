import { describe, expect, it } from 'vitest';
import { systemCallCases } from '../src/faults/system-calls.js';
import { judge } from '../src/judge/judge.js';
import { COMBINATIONS } from '../src/matrix/combination.js';
import type { FaultCase } from '../src/matrix/fault-case.js';
import type { ConnectionSeen, Observation } from '../src/matrix/observation.js';
import type { ProbeRun } from '../src/run/run-probe.js';
import { payloadOf } from '../src/run/stage.js';

const combination = COMBINATIONS.find(({ flag, backend }) => flag === 'on' && backend === 'pipe')!;

function caseOf(call: string, errno: string): FaultCase {
  const count = { combination, thread: 'caller', cold: false, reference: null } as const;
  const cases = systemCallCases([{ ...count, call, steps: [''] }]);
  return cases.find(({ injection }) => injection?.errno === errno)!;
}

/** What a probe leaves when nothing was noticed. */
function perfect(faultCase: FaultCase, strike: string): ProbeRun {
  const { order } = faultCase;
  const payload = payloadOf(order.payloadBytes, 'line');
  const connection: ConnectionSeen = {
    error: null,
    wireError: null,
    status: { code: 3, signal: null },
    echoed: { bytes: order.wireBytes, intact: true },
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
  const call = { thread: null, call: '', text: strike, injected: strike !== '' };
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
const told =
  (change: Partial<Observation>): Change =>
  ({ observation }) => ({ observation: { ...observation!, ...change } });

const ON_SOCKET = 'read(21<socket:[1]>, 0x7f, 65536) = -1 EINTR (INJECTED)';
const ON_LIBUVS_PIPE = 'read(4<pipe:[1]>, 0x7f, 1) = -1 EINTR (INJECTED)';

describe('the judge', () => {
  const again = caseOf('read', 'EINTR');
  const verdict = (change: Change, strike = ON_SOCKET, faultCase = again) => {
    const run = perfect(faultCase, strike);
    return judge(faultCase, { ...run, ...change(run) });
  };

  it('finds a perfect run right', () => {
    expect(verdict(() => ({}))).toEqual({ kind: 'right', way: 'result' });
  });

  it.each<[string, Change, RegExp]>([
    ['a hang', () => ({ hung: true, observation: null }), /hung/],
    ['an abort', () => ({ killedBy: 'SIGABRT', observation: null }), /ended with SIGABRT/],
    ['a lost byte', ({ captured }) => ({ captured: [captured[0]!.subarray(1)] }), /capture/],
    ['a byte not shown', ({ shown }) => ({ shown: shown.subarray(1) }), /fd 2 does not hold/],
    ['bytes shown twice', ({ shown }) => ({ shown: Buffer.concat([shown, shown]) }), /twice/],
    ['another status', seen({ status: { code: 0, signal: null } }), /status/],
    ['bytes that did not come back', seen({ echoed: { bytes: 1, intact: true } }), /came back/],
    ['other bytes', seen({ echoed: { bytes: 1_000, intact: false } }), /not sent/],
    ['a silent fallback', seen({ backend: 'inherit' }), /backend is inherit/],
    ['an early end', seen({ ended: 'error' }), /ended by error/],
    ['a broken wire', seen({ wireError: { name: 'Error', code: 'EPIPE', message: '' } }), /wire/],
    ['a leak', told({ leaks: ['thread: 1 before, 2 after'] }), /left behind: thread/],
    ['a next connection that fails', told({ next: 'Error: no' }), /next connection/],
    ['a stray error', told({ stray: [{ name: 'Error', code: null, message: 'x' }] }), /nobody/],
  ])('finds wrong: %s', (_what, change, problem) => {
    expect(verdict(change)).toMatchObject({
      kind: 'wrong',
      problems: expect.arrayContaining([expect.stringMatching(problem)]) as unknown,
    });
  });

  it('takes no fault for one when nothing was struck', () => {
    expect(verdict(() => ({}), '')).toEqual({ kind: 'not struck' });
  });

  it('excuses libuv where libuv was struck, and nowhere else', () => {
    const hang: Change = () => ({ hung: true, observation: null });
    expect(verdict(hang, ON_LIBUVS_PIPE).kind).toBe('node');
    expect(verdict(hang, ON_SOCKET).kind).toBe('wrong');
  });

  it('excuses what Node leaks of its own, and nothing beside it', () => {
    const scarce = caseOf('pipe2', 'EMFILE');
    const strike = 'pipe2(0x7f, O_CLOEXEC) = -1 EMFILE (INJECTED)';
    const sockets = 'descriptor socket:: 0 before, 2 after';
    expect(verdict(told({ leaks: [sockets] }), strike, scarce).kind).toBe('node');
    const more = [sockets, 'thread: 1 before, 2 after'];
    expect(verdict(told({ leaks: more }), strike, scarce).kind).toBe('wrong');
  });

  it('allows what is not closed where the close was refused', () => {
    const refused = caseOf('close', 'EINTR');
    const one = ['descriptor socket:: 3 before, 4 after'];
    const two = ['descriptor socket:: 3 before, 5 after'];
    expect(verdict(told({ leaks: one }), ON_SOCKET, refused).kind).toBe('right');
    expect(verdict(told({ leaks: two }), ON_SOCKET, refused).kind).toBe('wrong');
  });
});
