import type { Combination } from '../combination.ts';
import {
  type AllowedOutcome,
  type Expectation,
  fallbackTo,
  type NodeDefect,
  RESULT,
  spawnError,
  THREAD_LOST,
} from '../expectation.ts';
import type { FaultCase, TracedThread } from '../fault-case.ts';
import type { ProbeConfig } from '../probe-config.ts';
import { makeCase, TALK_AT_ONCE } from './make-case.ts';

/** How a call may fail, and the allowed outcomes at every step. */
interface CallFault {
  readonly errnos: readonly string[];
  readonly allowedOutcomes: readonly AllowedOutcome[];
  readonly expect?: Partial<Expectation>;
  readonly config?: Partial<ProbeConfig>;
}

const toInherit = fallbackTo('inherit');
const toPipe = fallbackTo('pipe');
const captureEnds: AllowedOutcome = { kind: 'capture ends', ended: ['error', 'eof'] };
const wireError = (...codes: string[]): AllowedOutcome => ({ kind: 'wire error', codes });

const nodeDefect = (
  symptom: NodeDefect['symptom'],
  injectedCall: RegExp,
  why: string,
  leaks?: RegExp,
): NodeDefect => ({ kind: 'node', symptom, injectedCall, why, ...(leaks && { leaks }) });
/** Everything else on the path is a socket or a file. */
const ON_LIBUV_PIPE = /(?:read|write|close)\(\d+<(?:pipe:|anon_inode:\[eventfd\])/;
const LIBUV_PIPE =
  'libuv handles no error of the pipes and eventfds that it uses for signals, exec and wake-ups';
const libuvPipes: readonly AllowedOutcome[] = [
  nodeDefect('ends', ON_LIBUV_PIPE, LIBUV_PIPE),
  nodeDefect('hangs', ON_LIBUV_PIPE, LIBUV_PIPE),
];
const libuvEpoll = nodeDefect('ends', /epoll_ctl\(/, 'libuv aborts when epoll_ctl(2) fails');
const nodeSockets = nodeDefect(
  'leaks',
  /(?:EMFILE|ENFILE)/,
  'Node does not close the stdio it created when a spawn fails with EMFILE or ENFILE',
  /^(?:descriptor socket:|handle PipeWrap:)/,
);
const nodeHandle = nodeDefect(
  'leaks',
  /(?:fcntl|ioctl)\(/,
  'new net.Socket({ fd }) does not close its handle when it cannot use the descriptor',
  /^handle PipeWrap:/,
);

/** A thread that is not woken up does not respond and counts as lost. */
const wakeUpLost: AllowedOutcome = {
  ...THREAD_LOST,
  injectedCall: /write\(\d+<anon_inode:\[eventfd\]>/,
} as AllowedOutcome;
/** A module's file could not be read. */
const moduleUnread: AllowedOutcome = {
  kind: 'error',
  name: 'WireUnavailableError',
  codes: ['ERR_WIRE_UNAVAILABLE'],
  injectedCall: /read\(\d+<[^>]*\/koffi\//,
};
const threadScarce: CallFault = {
  errnos: ['EAGAIN', 'ENOMEM'],
  allowedOutcomes: [spawnError('ERR_WORKER_INIT_FAILED')],
};

/** The system cannot create more of something. */
const scarce = (...errnos: string[]): CallFault => ({
  errnos,
  allowedOutcomes: [RESULT, toInherit, toPipe, spawnError(...errnos, 'EMFILE'), nodeSockets],
});
/** An optional setting. */
const setting = (...errnos: string[]): CallFault => ({
  errnos,
  // ERR_INVALID_FD_TYPE: Node could not determine the type of the descriptor.
  allowedOutcomes: [
    RESULT,
    toInherit,
    toPipe,
    captureEnds,
    spawnError(...errnos, 'ERR_INVALID_FD_TYPE'),
    nodeHandle,
  ],
});
/** The call must be repeated. */
const again = (...errnos: string[]): CallFault => ({
  errnos,
  allowedOutcomes: [RESULT, wakeUpLost, moduleUnread, ...libuvPipes],
});
const reading: CallFault = {
  errnos: ['ECONNRESET'],
  allowedOutcomes: [RESULT, wireError('ECONNRESET'), captureEnds, moduleUnread, ...libuvPipes],
};
const writing: CallFault = {
  errnos: ['EPIPE', 'ECONNRESET'],
  allowedOutcomes: [
    RESULT,
    wireError('EPIPE', 'ECONNRESET'),
    { kind: 'forwarding ends' },
    wakeUpLost,
    ...libuvPipes,
  ],
};

/** Deadline of cases in which libuv waits forever. Unit: milliseconds. */
const LIBUV_DEADLINE_MS = 12_000;
const isOnLibuvPipe = (step: string | undefined) => ON_LIBUV_PIPE.test(step ?? '');

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
    {
      errnos: ['ENOTCONN', 'ECONNRESET'],
      allowedOutcomes: [RESULT, wireError('ENOTCONN', 'ECONNRESET')],
    },
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
  epoll_ctl: [{ errnos: ['ENOMEM'], allowedOutcomes: [RESULT, spawnError('ENOMEM'), libuvEpoll] }],
  // strace skips an injected call, so that one descriptor stays open.
  close: [
    {
      errnos: ['EINTR'],
      allowedOutcomes: [RESULT, ...libuvPipes],
      expect: { closesRefused: 1, ended: ['eof', 'abandoned'] },
      // An end that stays open never reports end of stream: neither side may wait for it.
      config: { script: TALK_AT_ONCE, readsToEnd: false },
    },
  ],
};

/** In the child, between fork and exec; the parent receives the errno through a pipe. */
const CALLS_OF_CHILD: Readonly<Record<string, readonly CallFault[]>> = {
  dup2: [
    { errnos: ['EMFILE', 'EBUSY'], allowedOutcomes: [spawnError('EMFILE', 'EBUSY'), nodeSockets] },
  ],
  execve: [
    {
      errnos: ['ENOMEM', 'EAGAIN', 'E2BIG', 'EACCES', 'ETXTBSY'],
      allowedOutcomes: [spawnError('ENOMEM', 'EAGAIN', 'E2BIG', 'EACCES', 'ETXTBSY')],
    },
  ],
};

/** By the thread that starts the drain thread; it reads modules at that time. */
const { socketpair, openat, clone3 } = CALLS as Record<string, readonly CallFault[]>;
const CALLS_AT_START = { socketpair, openat, clone3 } as typeof CALLS;

/** For the event loop of the drain thread, without which the thread cannot report its error. */
const loopScarce: readonly CallFault[] = [
  {
    // Only one: each such case waits twenty seconds for the thread.
    errnos: ['EMFILE'],
    allowedOutcomes: [
      THREAD_LOST,
      nodeDefect(
        'leaks',
        /eventfd2\(/,
        'libuv does not close the epoll descriptor of a loop whose initialization failed',
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

/** The calls of one thread in the section, counted by `run/calibrate.ts`. */
export interface Count {
  readonly combination: Combination;
  readonly thread: TracedThread;
  readonly cold: boolean;
  readonly call: string;
  /** As strace prints them. */
  readonly steps: readonly string[];
  /** The census without a fault, for sections that start the drain thread. */
  readonly reference: readonly (readonly [string, number])[] | null;
}

/** Later steps are iterations of the same loops. */
const MAX_STEPS = 6;

/** The steps to fail. Of those on libuv's own descriptors the first is enough. */
function stepsOf(seen: readonly string[]): number[] {
  const all = seen.map((_, i) => i + 1);
  const isOwn = (step: number) => isOnLibuvPipe(seen[step - 1]);
  const first = all.find(isOwn);
  return all.filter((step) => !isOwn(step) || step === first).slice(0, MAX_STEPS);
}

/** Every counted call fails at each step with each errno. */
export function systemCallCases(counts: readonly Count[]): FaultCase[] {
  return counts.flatMap(({ combination, thread, cold, call, steps: seen, reference }) => {
    const faults = faultsOf(thread, cold)[call] ?? [];
    const steps = stepsOf(seen);
    return faults.flatMap(({ errnos, allowedOutcomes, expect, config }) =>
      errnos.flatMap((errno) =>
        steps.map((step) =>
          makeCase(combination, 'system call', {
            title: `${call} ${step} of the ${thread}${cold ? ', from the start,' : ''} ${errno}`,
            injection: { thread, call, errno, step, cold },
            config: { reference, ...config },
            ...(isOnLibuvPipe(seen[step - 1]) && !cold && { deadlineMs: LIBUV_DEADLINE_MS }),
            expect: { allowedOutcomes, ...expect },
          }),
        ),
      ),
    );
  });
}
