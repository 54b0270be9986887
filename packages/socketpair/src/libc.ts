import { createRequire } from 'node:module';
import { constants as osConstants } from 'node:os';
import { BackendUnavailableError } from '@rsync-io/aux-channel';
import { type SocketConstants, socketConstants } from './constants.js';

/** The calls into the C library that this package makes. Each throws {@link SystemCallError}. */
export interface Libc {
  /** socketpair(2) of two blocking, close-on-exec stream sockets. The caller owns both descriptors. */
  socketpair(): [parent: number, child: number];
  /** setsockopt(2), SO_SNDBUF. Unit: bytes. */
  setSendBuffer(fd: number, bytes: number): void;
  /** ioctl(2), FIONREAD: bytes that can be read at once. */
  queuedBytes(fd: number): number;
  /** shutdown(2), SHUT_RD. */
  shutdownRead(fd: number): void;
}

/** A system call that failed; `code` is the name of its errno. */
export class SystemCallError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = nameOfErrno(errno);
    super(`${syscall}: ${code}`);
    this.name = 'SystemCallError';
    this.code = code;
    this.syscall = syscall;
  }
}

let loaded: Libc | undefined;

/**
 * Loads koffi and binds the C library, at the first call.
 * @throws BackendUnavailableError when the platform is unknown or koffi is missing or broken
 */
export function loadLibc(): Libc {
  return (loaded ??= bind());
}

function bind(): Libc {
  const constants = socketConstants(process.platform, process.arch);
  if (constants === null) {
    throw unavailable(`it has no constants for ${process.platform} on ${process.arch}`);
  }
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    return declare(koffi, constants);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw unavailable(`koffi, its optional native part, did not load (${reason})`, cause);
  }
}

/** All that is known of C stands here. `load(null)` is the process itself: glibc, musl or libSystem. */
function declare(koffi: typeof import('koffi'), constants: SocketConstants): Libc {
  const process = koffi.load(null);
  const socketpair = process.func('int socketpair(int, int, int, _Out_ int *)');
  const setsockopt = process.func('int setsockopt(int, int, int, int *, uint32_t)');
  const shutdown = process.func('int shutdown(int, int)');
  // Variadic in C; on arm64 macOS variadic arguments are passed differently.
  const ioctl = process.func('int ioctl(int, unsigned long, ...)');
  const fcntl = process.func('int fcntl(int, int, ...)');

  const check = (syscall: string, result: number) => {
    if (result === -1) throw new SystemCallError(syscall, koffi.errno());
  };
  const { SOCK_CLOEXEC } = constants;
  return {
    socketpair() {
      const pair: [number, number] = [-1, -1];
      const type = constants.SOCK_STREAM | (SOCK_CLOEXEC ?? 0);
      check('socketpair', socketpair(constants.AF_UNIX, type, 0, pair));
      // FD_CLOEXEC can fail on an open descriptor in no documented way (fcntl(2)).
      if (SOCK_CLOEXEC === null) {
        for (const fd of pair) fcntl(fd, constants.F_SETFD, 'int', constants.FD_CLOEXEC);
      }
      return pair;
    },
    setSendBuffer(fd, bytes) {
      const value = new Int32Array([bytes]);
      check('setsockopt', setsockopt(fd, constants.SOL_SOCKET, constants.SO_SNDBUF, value, 4));
    },
    queuedBytes(fd) {
      const count = new Int32Array(1);
      check('ioctl', ioctl(fd, constants.FIONREAD, 'int *', count));
      return count[0] as number;
    },
    shutdownRead(fd) {
      check('shutdown', shutdown(fd, constants.SHUT_RD));
    },
  };
}

function nameOfErrno(errno: number): string {
  const known = Object.entries(osConstants.errno).find(([, value]) => value === errno);
  return known?.[0] ?? `errno ${errno}`;
}

function unavailable(reason: string, cause?: unknown): BackendUnavailableError {
  return new BackendUnavailableError('socketpair', reason, { cause });
}
