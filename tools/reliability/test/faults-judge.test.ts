import { exitStatus, type StderrSnapshot } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../src/common/arrivals.ts';
import { COMBINATIONS, type Fault, makeCase } from '../src/faults/fault-case.ts';
import { judge, type ProbeRun } from '../src/faults/judge.ts';
import { type Observation, USUAL } from '../src/faults/probe/config.ts';
import { outcomeOf, type Seen } from '../src/faults/probe/outcome.ts';
import { payloadOf } from '../src/faults/run-case.ts';
import { ROWS } from '../src/faults/system-calls.ts';

const combination = COMBINATIONS.find(({ flag, backend }) => flag === 'on' && backend === 'pipe')!;
const config = { ...USUAL, combination };
const payload = payloadOf(config.payloadBytes, 'line');
const wire = payloadOf(config.wireBytes, 'wire');

const caseOf = (call: string, errno: string) => {
  const isOf = (row: Fault | (typeof ROWS)[number]) =>
    'calls' in row && row.calls.split(' ').includes(call) && row.errnos.split(' ').includes(errno);
  const injection = { section: 'caller', call, errno, step: 1 } as const;
  return makeCase(combination, 'system call', { title: call, injection, ...ROWS.find(isOf)! });
};

const echo = (bytes: Buffer) => {
  const echoed = new Arrivals(wire);
  echoed.add(bytes);
  return echoed;
};
const snapshot: StderrSnapshot = {
  bytes: payload,
  totalBytes: payload.length,
  discardedBytes: 0,
  droppedWarnings: 0,
  backend: 'pipe',
  ended: 'eof',
};
const whole: Seen = {
  echoed: echo(wire),
  error: null,
  wireError: null,
  status: exitStatus(3),
  snapshot,
};
const perfect: Observation = {
  outcomes: [outcomeOf(whole, combination, payload, 0)],
  next: null,
  leaks: [],
  census: [],
  stray: [],
  arranged: true,
};

const ON_SOCKET = 'read(21<socket:[1]>, 0x7f, 65536) = -1 EINTR (INJECTED)';
const ON_LIBUV_PIPE = 'read(4<pipe:[1]>, 0x7f, 1) = -1 EINTR (INJECTED)';
const again = caseOf('read', 'EINTR');

const verdict = (
  change: Partial<ProbeRun>,
  injectedCall: string | null = ON_SOCKET,
  faultCase = again,
) => {
  const run = {
    observation: perfect,
    ended: 0,
    shown: payload.toString(),
    isDetachedInCall: false,
  };
  return judge(faultCase, config, payload, { ...run, injectedCall, ...change });
};
const reports = (change: Partial<Observation>) => ({ observation: { ...perfect, ...change } });
const seen = (change: Partial<Seen>, fallbacks = 0) =>
  reports({ outcomes: [outcomeOf({ ...whole, ...change }, combination, payload, fallbacks)] });

describe('the judge', () => {
  it('accepts a perfect run', () => {
    expect(verdict({})).toEqual({ kind: 'right', text: 'works' });
  });

  it.each<[string, Partial<ProbeRun>, RegExp]>([
    ['a hang', { ended: null, observation: null }, /hangs/],
    ['an abort', { ended: 'SIGABRT', observation: null }, /ends with SIGABRT/],
    ['a byte not shown', { shown: payload.toString().slice(1) }, /fd 2 cut/],
    ['bytes shown twice', { shown: payload.toString().repeat(2) }, /fd 2 repeated/],
    ['a lost byte', seen({ snapshot: { ...snapshot, bytes: payload.subarray(1) } }), /cut by eof/],
    [
      'another byte',
      seen({ snapshot: { ...snapshot, bytes: Buffer.from(payload).fill('x', 9, 10) } }),
      /captured bytes that were not written/,
    ],
    ['another status', seen({ status: exitStatus(0) }), /^0$/],
    ['bytes that did not return', seen({ echoed: echo(wire.subarray(1)) }), /not sent, echo cut/],
    ['a silent fallback', seen({ snapshot: { ...snapshot, backend: 'inherit' } }), /backend inher/],
    ['two reports of a fallback', seen({}, 2), /2 fallbacks reported/],
    ['an early end', seen({ snapshot: { ...snapshot, ended: 'error' } }), /ended by error/],
    ['a broken wire', seen({ wireError: new Error('x') }), /wire/],
    ['an error', seen({ error: new Error('x'), status: null }), /Error without a code/],
    ['a leak', reports({ leaks: ['thread: 1 before, 2 after'] }), /leaked: thread/],
    ['a next connection that fails', reports({ next: 'Error: no' }), /next connection/],
    ['a stray error', reports({ stray: ['Error: x'] }), /uncaught/],
  ])('rejects %s', (_what, change, problem) => {
    const { kind, text } = verdict(change);
    expect(text).toMatch(problem);
    expect(kind).toBe('wrong');
  });

  it('counts a case without its fault as not injected', () => {
    expect(verdict({}, null).kind).toBe('not injected');
    expect(verdict(reports({ arranged: false })).kind).toBe('not injected');
  });

  it('counts an abort as not injected if strace was detached within the call', () => {
    const abort = { ended: 'SIGABRT', observation: null };
    expect(verdict({ ...abort, isDetachedInCall: true }, null).kind).toBe('not injected');
    expect(verdict(abort, null).kind).toBe('wrong');
    expect(verdict({ ...abort, isDetachedInCall: true }).kind).toBe('wrong');
  });

  it('accepts a defect of libuv only on its own descriptors', () => {
    const hang = { ended: null, observation: null };
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
