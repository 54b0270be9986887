import { THREAD_LOST } from './cases.ts';
import type { Fault, Section } from './fault-case.ts';

/** How some calls may fail, and the allowed outcomes at every step. */
interface Row extends Omit<Fault, 'title'> {
  /** Separated by spaces. */
  readonly calls: string;
  readonly errnos: string;
  readonly allow: string;
  /** Default: the caller and the drain thread. */
  readonly sections?: readonly Section[];
}

const FELL_BACK = 'works|backend (inherit|pipe)';
/** Of the capture, which states it. */
const CAPTURE_ENDS = '(ended by|cut by) (error|eof)(, fd 2 cut)?';
/** The system cannot create more of something. */
const SCARCE = `${FELL_BACK}|SpawnError (EMFILE|ENFILE|ENOMEM|EAGAIN)`;
/** An optional setting. ERR_INVALID_FD_TYPE: Node could not determine the type of the descriptor. */
const SETTING = `${FELL_BACK}|${CAPTURE_ENDS}|SpawnError (ENOMEM|ENOBUFS|EINTR|ERR_INVALID_FD_TYPE)`;
/** The asynchronous transport takes a reset as the end, because Windows reports a killed child so. */
const READING = `works|echo cut|wire ECONNRESET|${CAPTURE_ENDS}`;
const WRITING = 'works|wire (EPIPE|ECONNRESET)|fd 2 cut';
const READS = 'read recvfrom recvmsg';
const WRITES = 'write sendto sendmsg writev';

/** On the thread that starts the drain thread; it reads modules at that time. */
const START: readonly Section[] = ['caller', 'drain', 'caller from the start'];

export const ROWS: readonly Row[] = [
  { calls: 'socketpair openat', errnos: 'EMFILE ENFILE ENOMEM', allow: SCARCE, sections: START },
  { calls: 'pipe2', errnos: 'EMFILE ENFILE', allow: SCARCE },
  { calls: 'clone vfork', errnos: 'EAGAIN ENOMEM', allow: SCARCE },
  {
    calls: 'clone3',
    errnos: 'EAGAIN ENOMEM',
    allow: 'SpawnError ERR_WORKER_INIT_FAILED',
    sections: START,
  },
  { calls: 'setsockopt fcntl ioctl fstat', errnos: 'ENOMEM', allow: SETTING },
  { calls: 'getsockname getsockopt', errnos: 'ENOBUFS', allow: SETTING },
  { calls: 'shutdown', errnos: 'ENOTCONN ECONNRESET', allow: 'works|wire (ENOTCONN|ECONNRESET)' },
  // The call must be repeated.
  { calls: `${READS} ${WRITES}`, errnos: 'EINTR EAGAIN', allow: 'works' },
  { calls: 'fcntl ioctl wait4 waitid epoll_pwait', errnos: 'EINTR', allow: 'works' },
  { calls: 'poll', errnos: 'EINTR ENOMEM', allow: 'works' },
  { calls: READS, errnos: 'ECONNRESET', allow: READING },
  { calls: WRITES, errnos: 'EPIPE ECONNRESET', allow: WRITING },
  { calls: 'epoll_ctl', errnos: 'ENOMEM', allow: 'works|SpawnError ENOMEM' },
  {
    calls: 'close',
    errnos: 'EINTR',
    allow: 'works|ended by abandoned',
    // strace skips an injected call, so that one descriptor stays open. An end that stays open never reports end of
    // stream: neither side may wait for it.
    closeFails: true,
    script: 'head -c 1000; cat "$PAYLOAD" >&2; exit 3',
    readsToEnd: false,
  },
  // Between fork and exec; the parent receives the errno through a pipe.
  {
    calls: 'dup2',
    errnos: 'EMFILE EBUSY',
    allow: 'SpawnError (EMFILE|EBUSY)',
    sections: ['child'],
  },
  {
    calls: 'execve',
    errnos: 'ENOMEM EAGAIN E2BIG EACCES ETXTBSY',
    allow: 'SpawnError (ENOMEM|EAGAIN|E2BIG|EACCES|ETXTBSY)',
    sections: ['child'],
  },
  // For the event loop of the drain thread, without which it cannot report its error: it counts as lost after two minutes.
  {
    calls: 'epoll_create1 eventfd2',
    errnos: 'EMFILE',
    allow: THREAD_LOST,
    sections: ['starting thread'],
    deadlineMs: 200_000,
  },
];

/** Everything else on the path is a socket or a file. */
const LIBUV_PIPE = /(?:read|write|close)\(\d+<(?:pipe:|anon_inode:\[eventfd\])/;
export const isOnLibuvPipe = (call: string) => LIBUV_PIPE.test(call);
const CRASH = /^ends with (?:SIGABRT|SIGTRAP|SIGILL)/;

/** Outcomes that are allowed if the failed call, as strace prints it, matches. */
interface Known {
  readonly call: RegExp;
  readonly outcome: RegExp;
  /** A defect of Node or libuv that no library can handle: listed with this reason, never counted as right. */
  readonly why?: string;
}

export const KNOWN: readonly Known[] = [
  {
    // A module's file could not be read.
    call: /read\(\d+<[^>]*\/koffi\//,
    outcome: /^WireUnavailableError ERR_WIRE_UNAVAILABLE$/,
  },
  {
    call: LIBUV_PIPE,
    outcome: new RegExp(`^hangs|${CRASH.source}`),
    why: 'libuv handles no error of the pipes and eventfds that it uses for signals, exec and wake-ups',
  },
  { call: /epoll_ctl\(/, outcome: CRASH, why: 'libuv aborts when epoll_ctl(2) fails' },
  {
    call: /(?:EMFILE|ENFILE)/,
    outcome: /^leaked: (?:descriptor socket:|handle PipeWrap:)/,
    why: 'Node does not close the stdio it created when a spawn fails with EMFILE or ENFILE',
  },
  {
    call: /(?:fcntl|ioctl)\(/,
    outcome: /^leaked: handle PipeWrap:/,
    why: 'new net.Socket({ fd }) does not close its handle when it cannot use the descriptor',
  },
  {
    call: /eventfd2\(/,
    outcome: /^leaked: descriptor anon_inode:\[eventpoll\]/,
    why: 'libuv does not close the epoll descriptor of a loop whose initialization failed',
  },
];
