import {
  type Expectation,
  type NodesOwn,
  RESULT,
  spawnError,
  type Way,
} from '../judge/expectation.js';
import type { Combination } from '../matrix/combination.js';
import type { FaultCase, TracedThread } from '../matrix/fault-case.js';
import { makeCase, TALK, TALK_AT_ONCE } from './make-case.js';

/** How one call may fail, and what may come of it at whatever step. */
interface CallFault {
  readonly errnos: readonly string[];
  readonly ways: readonly Way[];
  readonly expect?: Partial<Expectation>;
  readonly script?: string;
}

const toInherit: Way = { kind: 'fallback', backend: 'inherit' };
const toPipe: Way = { kind: 'fallback', backend: 'pipe' };
const captureEnds: Way = { kind: 'capture ends', ended: ['error', 'eof'] };
const wireError = (...codes: string[]): Way => ({ kind: 'wire error', codes });

const nodesOwn = (symptom: NodesOwn['symptom'], strike: RegExp, why: string): NodesOwn => ({
  kind: 'node',
  symptom,
  strike,
  why,
});
/** Everything else on the path is a socket or a file. */
const ON_PIPE_OF_LIBUV = /(?:read|write|close)\(\d+<(?:pipe:|anon_inode:\[eventfd\])/;
const LIBUV_PIPE =
  'libuv tells itself of signals, of the exec and of other threads by a pipe or eventfd of its own, and takes no error there';
const pipesOfLibuv: readonly Way[] = [
  nodesOwn('ends', ON_PIPE_OF_LIBUV, LIBUV_PIPE),
  nodesOwn('hangs', ON_PIPE_OF_LIBUV, LIBUV_PIPE),
];
const epollOfLibuv = nodesOwn('ends', /epoll_ctl\(/, 'libuv aborts when epoll_ctl(2) fails');
const socketsOfNode = nodesOwn(
  'leaks',
  /(?:EMFILE|ENFILE)/,
  'Node does not close the stdio that it made when a spawn fails with EMFILE or ENFILE',
);

/** Something was to be made, and the system has none left. */
const scarce = (...errnos: string[]): CallFault => ({
  errnos,
  ways: [RESULT, toInherit, toPipe, spawnError(...errnos, 'EMFILE'), socketsOfNode],
});
/** A setting that could be done without. */
const setting = (...errnos: string[]): CallFault => ({
  errnos,
  ways: [RESULT, toInherit, toPipe, captureEnds, spawnError(...errnos)],
});
/** To be tried again, so nothing may come of it. */
const again = (...errnos: string[]): CallFault => ({ errnos, ways: [RESULT, ...pipesOfLibuv] });
const reading: CallFault = {
  errnos: ['ECONNRESET'],
  ways: [RESULT, wireError('ECONNRESET'), captureEnds, ...pipesOfLibuv],
};
const writing: CallFault = {
  errnos: ['EPIPE', 'ECONNRESET'],
  ways: [RESULT, wireError('EPIPE', 'ECONNRESET'), { kind: 'forwarding ends' }, ...pipesOfLibuv],
};

/** The calls of the threads of this process. */
const CALLS: Readonly<Record<string, readonly CallFault[]>> = {
  socketpair: [scarce('EMFILE', 'ENFILE', 'ENOMEM')],
  pipe2: [scarce('EMFILE', 'ENFILE')],
  openat: [scarce('EMFILE', 'ENFILE', 'ENOMEM')],
  clone: [scarce('EAGAIN', 'ENOMEM')],
  clone3: [scarce('EAGAIN', 'ENOMEM')],
  vfork: [scarce('EAGAIN', 'ENOMEM')],
  setsockopt: [setting('ENOMEM')],
  fcntl: [again('EINTR'), setting('ENOMEM')],
  ioctl: [again('EINTR'), setting('ENOMEM')],
  getsockname: [setting('ENOBUFS')],
  getsockopt: [setting('ENOBUFS')],
  fstat: [setting('ENOMEM')],
  shutdown: [
    { errnos: ['ENOTCONN', 'ECONNRESET'], ways: [RESULT, wireError('ENOTCONN', 'ECONNRESET')] },
  ],
  read: [again('EINTR', 'EAGAIN'), reading],
  recvfrom: [again('EINTR', 'EAGAIN'), reading],
  recvmsg: [again('EINTR', 'EAGAIN'), reading],
  write: [again('EINTR', 'EAGAIN'), writing],
  sendto: [again('EINTR', 'EAGAIN'), writing],
  sendmsg: [again('EINTR', 'EAGAIN'), writing],
  writev: [again('EINTR', 'EAGAIN'), writing],
  poll: [again('EINTR', 'ENOMEM')],
  wait4: [again('EINTR')],
  waitid: [again('EINTR')],
  epoll_pwait: [again('EINTR')],
  epoll_ctl: [{ errnos: ['ENOMEM'], ways: [RESULT, spawnError('ENOMEM'), epollOfLibuv] }],
  // Not made at all, as the injection goes: that one descriptor stays open.
  close: [
    {
      errnos: ['EINTR'],
      ways: [RESULT, ...pipesOfLibuv],
      expect: { closesRefused: 1, ended: ['eof', 'abandoned'] },
      script: TALK_AT_ONCE,
    },
  ],
};

/** Between fork and exec, in the child: its parent gets the errno through a pipe. */
const CALLS_OF_CHILD: Readonly<Record<string, readonly CallFault[]>> = {
  dup2: [{ errnos: ['EMFILE', 'EBUSY'], ways: [spawnError('EMFILE', 'EBUSY'), socketsOfNode] }],
  execve: [
    {
      errnos: ['ENOMEM', 'EAGAIN', 'E2BIG', 'EACCES', 'ETXTBSY'],
      ways: [spawnError('ENOMEM', 'EAGAIN', 'E2BIG', 'EACCES', 'ETXTBSY')],
    },
  ],
};

export const callsOf = (thread: TracedThread) =>
  Object.keys(thread === 'child' ? CALLS_OF_CHILD : CALLS);

/** How often each call is made in the section, by whom: what `run/calibrate.ts` has counted. */
export interface Count {
  readonly combination: Combination;
  readonly thread: TracedThread;
  readonly cold: boolean;
  readonly call: string;
  readonly times: number;
  /** The census of a run without a fault, for sections that start everything themselves. */
  readonly reference: readonly (readonly [string, number])[] | null;
}

/** Later steps are further turns of the same loops. */
const MOST_STEPS = 8;

/** Every call that was counted fails at each of its steps, in each way that it can. */
export function systemCallCases(counts: readonly Count[]): FaultCase[] {
  return counts.flatMap(({ combination, thread, cold, call, times, reference }) => {
    const faults = (thread === 'child' ? CALLS_OF_CHILD : CALLS)[call] ?? [];
    const steps = Array.from({ length: Math.min(times, MOST_STEPS) }, (_, i) => i + 1);
    return faults.flatMap(({ errnos, ways, expect, script = TALK }) =>
      errnos.flatMap((errno) =>
        steps.map((step) =>
          makeCase(combination, 'system call', {
            title: `${call} ${step} of the ${thread}${cold ? ', from the start,' : ''} ${errno}`,
            injection: { thread, call, errno, step, cold },
            order: { reference, script },
            expect: { ways, ...expect },
          }),
        ),
      ),
    );
  });
}
