import {
  type Expectation,
  type NodesOwn,
  RESULT,
  spawnError,
  type Way,
} from '../judge/expectation.js';
import type { Combination } from '../matrix/combination.js';
import type { FaultCase, TracedThread } from '../matrix/fault-case.js';
import type { ProbeOrder } from '../matrix/probe-order.js';
import { makeCase, TALK_AT_ONCE } from './make-case.js';

/** How one call may fail, and what may come of it at whatever step. */
interface CallFault {
  readonly errnos: readonly string[];
  readonly ways: readonly Way[];
  readonly expect?: Partial<Expectation>;
  readonly order?: Partial<ProbeOrder>;
}

const toInherit: Way = { kind: 'fallback', backend: 'inherit' };
const toPipe: Way = { kind: 'fallback', backend: 'pipe' };
const captureEnds: Way = { kind: 'capture ends', ended: ['error', 'eof'] };
const wireError = (...codes: string[]): Way => ({ kind: 'wire error', codes });

const nodesOwn = (
  symptom: NodesOwn['symptom'],
  strike: RegExp,
  why: string,
  leaks?: RegExp,
): NodesOwn => ({ kind: 'node', symptom, strike, why, ...(leaks && { leaks }) });
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
  /^(?:descriptor socket:|handle PipeWrap:)/,
);
const handleOfNode = nodesOwn(
  'leaks',
  /(?:fcntl|ioctl)\(/,
  'new net.Socket({ fd }) does not close its handle when it cannot take the descriptor',
  /^handle PipeWrap:/,
);

/** A thread that is not woken up does not answer, and counts as lost. */
const wakeUpLost: Way = {
  kind: 'error',
  name: 'DrainThreadLostError',
  codes: ['ERR_DRAIN_THREAD_LOST'],
  strike: /write\(\d+<anon_inode:\[eventfd\]>/,
};
/** Without the file of a module there is no module. */
const moduleUnread: Way = {
  kind: 'error',
  name: 'WireUnavailableError',
  codes: ['ERR_WIRE_UNAVAILABLE'],
  strike: /read\(\d+<[^>]*\/koffi\//,
};
const threadScarce: CallFault = {
  errnos: ['EAGAIN', 'ENOMEM'],
  ways: [spawnError('ERR_WORKER_INIT_FAILED')],
};

/** Something was to be made, and the system has none left. */
const scarce = (...errnos: string[]): CallFault => ({
  errnos,
  ways: [RESULT, toInherit, toPipe, spawnError(...errnos, 'EMFILE'), socketsOfNode],
});
/** A setting that could be done without. */
const setting = (...errnos: string[]): CallFault => ({
  errnos,
  // ERR_INVALID_FD_TYPE: Node could not find out what the descriptor is, and does not say why.
  ways: [
    RESULT,
    toInherit,
    toPipe,
    captureEnds,
    spawnError(...errnos, 'ERR_INVALID_FD_TYPE'),
    handleOfNode,
  ],
});
/** To be tried again, so nothing may come of it. */
const again = (...errnos: string[]): CallFault => ({
  errnos,
  ways: [RESULT, wakeUpLost, moduleUnread, ...pipesOfLibuv],
});
const reading: CallFault = {
  errnos: ['ECONNRESET'],
  ways: [RESULT, wireError('ECONNRESET'), captureEnds, moduleUnread, ...pipesOfLibuv],
};
const writing: CallFault = {
  errnos: ['EPIPE', 'ECONNRESET'],
  ways: [
    RESULT,
    wireError('EPIPE', 'ECONNRESET'),
    { kind: 'forwarding ends' },
    wakeUpLost,
    ...pipesOfLibuv,
  ],
};

/** Libuv waits for what it has not heard, without end: such a case need not be given long. Unit: milliseconds. */
const LIBUVS_OWN_MS = 12_000;
const isLibuvsOwn = (step: string | undefined) => ON_PIPE_OF_LIBUV.test(step ?? '');

/** The calls of the threads of this process. */
const CALLS: Readonly<Record<string, readonly CallFault[]>> = {
  socketpair: [scarce('EMFILE', 'ENFILE', 'ENOMEM')],
  pipe2: [scarce('EMFILE', 'ENFILE')],
  openat: [scarce('EMFILE', 'ENFILE', 'ENOMEM')],
  clone: [scarce('EAGAIN', 'ENOMEM')],
  clone3: [threadScarce],
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
      // What is not closed has no end: neither side may wait for one.
      order: { script: TALK_AT_ONCE, readsToEnd: false },
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

/** While the drain thread starts, by the thread that starts it: what it reads and writes then are modules. */
const { socketpair, openat, clone3 } = CALLS as Record<string, readonly CallFault[]>;
const CALLS_AT_START = { socketpair, openat, clone3 } as typeof CALLS;

/** The event loop of the drain thread. Until there is one, nobody can tell why there is none. */
const loopScarce: readonly CallFault[] = [
  {
    // One: each such case waits twenty seconds for the thread.
    errnos: ['EMFILE'],
    ways: [
      { kind: 'error', name: 'DrainThreadLostError', codes: ['ERR_DRAIN_THREAD_LOST'] },
      nodesOwn(
        'leaks',
        /eventfd2\(/,
        'libuv does not close the epoll descriptor of a loop that it could not complete',
        /^descriptor anon_inode:\[eventpoll\]/,
      ),
    ],
  },
];
const CALLS_OF_STARTING = { epoll_create1: loopScarce, eventfd2: loopScarce } as const;

function faultsOf(thread: TracedThread, cold: boolean): typeof CALLS {
  if (thread === 'child') return CALLS_OF_CHILD;
  if (thread === 'starting') return CALLS_OF_STARTING;
  return cold ? CALLS_AT_START : CALLS;
}

export const callsOf = (thread: TracedThread, cold: boolean) => Object.keys(faultsOf(thread, cold));

/** How often each call is made in the section, by whom: what `run/calibrate.ts` has counted. */
export interface Count {
  readonly combination: Combination;
  readonly thread: TracedThread;
  readonly cold: boolean;
  readonly call: string;
  /** As strace shows each. */
  readonly steps: readonly string[];
  /** The census of a run without a fault, for sections that start everything themselves. */
  readonly reference: readonly (readonly [string, number])[] | null;
}

/** Later steps are further turns of the same loops. */
const MOST_STEPS = 6;

/** Which steps are worth failing: of those on libuv's own descriptors the first, which says what libuv does. */
function stepsOf(seen: readonly string[]): number[] {
  const all = seen.map((_, i) => i + 1);
  const isOwn = (step: number) => isLibuvsOwn(seen[step - 1]);
  const first = all.find(isOwn);
  return all.filter((step) => !isOwn(step) || step === first).slice(0, MOST_STEPS);
}

/** Every call that was counted fails at each of its steps, in each way that it can. */
export function systemCallCases(counts: readonly Count[]): FaultCase[] {
  return counts.flatMap(({ combination, thread, cold, call, steps: seen, reference }) => {
    const faults = faultsOf(thread, cold)[call] ?? [];
    const steps = stepsOf(seen);
    return faults.flatMap(({ errnos, ways, expect, order }) =>
      errnos.flatMap((errno) =>
        steps.map((step) =>
          makeCase(combination, 'system call', {
            title: `${call} ${step} of the ${thread}${cold ? ', from the start,' : ''} ${errno}`,
            injection: { thread, call, errno, step, cold },
            order: { reference, ...order },
            ...(isLibuvsOwn(seen[step - 1]) && !cold && { deadlineMs: LIBUVS_OWN_MS }),
            expect: { ways, ...expect },
          }),
        ),
      ),
    );
  });
}
