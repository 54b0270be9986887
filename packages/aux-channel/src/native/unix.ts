import { openSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import type { Koffi } from './koffi.js';
import { SystemCallError } from './system-error.js';
import { common, unixConstants } from './unix-constants.js';

/** Result of waitpid(2). `unknown`: not a child of this process, or already reaped before this call. */
export type Reaped = 'running' | 'reaped' | 'unknown';

/** Calls of the C library. All throw {@link SystemCallError} unless their comment says otherwise. */
export type UnixCalls = ReturnType<typeof bindUnix>;

/** Binds the C library of this process. @throws Error if the constants of the platform are not known */
export function bindUnix(
  koffi: Koffi,
  platform: NodeJS.Platform = process.platform,
  arch: NodeJS.Architecture = process.arch,
) {
  const constants = unixConstants(platform, arch);
  if (constants === null) throw new Error(`it has no constants for ${platform} on ${arch}`);
  const libc = koffi.load(null);
  const socketpair = libc.func('int socketpair(int, int, int, _Out_ int *)');
  const setsockopt = libc.func('int setsockopt(int, int, int, int *, uint32_t)');
  const getsockopt = libc.func('int getsockopt(int, int, int, void *, void *)');
  const shutdown = libc.func('int shutdown(int, int)');
  const close = libc.func('int close(int)');
  const dup3 = constants.O_CLOEXEC === null ? null : libc.func('int dup3(int, int, int)');
  // Variadic in C: arm64 macOS passes variadic arguments differently.
  const fcntl = libc.func('int fcntl(int, int, ...)');
  const ioctl = libc.func('int ioctl(int, unsigned long, ...)');
  const recv = libc.func('intptr_t recv(int, void *, size_t, int)');
  const send = libc.func('intptr_t send(int, void *, size_t, int)');
  const poll = libc.func(`int poll(void *, ${constants.nfds_t}, int)`);
  const waitpid = libc.func('int waitpid(int, void *, int)');

  const { EAGAIN, ECONNRESET, EINTR, EPIPE } = osConstants.errno;
  const { SOCK_CLOEXEC, SOL_SOCKET, SO_SNDBUF, SO_NOSIGPIPE, MSG_DONTWAIT } = constants;
  const sendFlags = MSG_DONTWAIT | constants.MSG_NOSIGNAL;
  const check = (syscall: string, result: unknown) => {
    if (result === -1) throw new SystemCallError(syscall, koffi.errno());
  };

  return {
    constants,
    /** socketpair(2): two blocking, close-on-exec stream sockets. The caller owns both descriptors. */
    socketpair(): [number, number] {
      const pair: [number, number] = [-1, -1];
      const type = common.SOCK_STREAM | (SOCK_CLOEXEC ?? 0);
      check('socketpair', socketpair(common.AF_UNIX, type, 0, pair));
      for (const fd of pair) {
        // Neither call has a documented way to fail on an open descriptor.
        if (SOCK_CLOEXEC === null) fcntl(fd, common.F_SETFD, 'int', common.FD_CLOEXEC);
        if (SO_NOSIGPIPE !== null) setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, new Int32Array([1]), 4);
      }
      return pair;
    },
    /** setsockopt(2), SO_SNDBUF. Unit: bytes. */
    setSendBuffer(fd: number, bytes: number): void {
      check('setsockopt', setsockopt(fd, SOL_SOCKET, SO_SNDBUF, new Int32Array([bytes]), 4));
    },
    /** getsockopt(2), SO_SNDBUF. Unit: bytes; Linux reports twice the value that was set. */
    sendBuffer(fd: number): number {
      const value = new Int32Array(1);
      const length = new Uint32Array([4]);
      check('getsockopt', getsockopt(fd, SOL_SOCKET, SO_SNDBUF, value, length));
      return value[0] as number;
    },
    /** ioctl(2), FIONREAD: bytes that can be read at once. */
    queuedBytes(fd: number): number {
      const count = new Int32Array(1);
      check('ioctl', ioctl(fd, constants.FIONREAD, 'int *', count));
      return count[0] as number;
    },
    /** shutdown(2), SHUT_RD. */
    shutdownRead(fd: number): void {
      check('shutdown', shutdown(fd, common.SHUT_RD));
    },
    /** recv(2) without waiting. Returns 0 at the end of the stream, `null` if nothing is queued. */
    receive(fd: number, into: Uint8Array): number | null {
      const count = Number(recv(fd, into, into.length, MSG_DONTWAIT));
      if (count >= 0) return count;
      const errno = koffi.errno();
      if (errno === EAGAIN || errno === EINTR) return null;
      throw new SystemCallError('recv', errno);
    },
    /** send(2) without waiting and without SIGPIPE. Returns 0 if nothing fits. */
    send(fd: number, bytes: Uint8Array): number {
      const count = Number(send(fd, bytes, bytes.length, sendFlags));
      if (count >= 0) return count;
      const errno = koffi.errno();
      if (errno === EAGAIN || errno === EINTR) return 0;
      // The peer closed its socket with unread bytes in it (unix(7)); a pipe would report EPIPE.
      throw new SystemCallError('send', errno === ECONNRESET ? EPIPE : errno);
    },
    /**
     * poll(2) on an array of `struct pollfd`. Never throws: the next read or write reports an error.
     * @returns the number of ready descriptors; -1 if a signal interrupted the call
     */
    poll(fds: Int32Array, ms: number): number {
      const ready = poll(fds, fds.length / 2, ms) as number;
      return ready === -1 && koffi.errno() !== EINTR ? 1 : ready;
    },
    /** waitpid(2) without waiting. Never throws. */
    reap(pid: number): Reaped {
      const result = waitpid(pid, null, common.WNOHANG) as number;
      if (result === 0) return 'running';
      return result === pid ? 'reaped' : 'unknown';
    },
    /** fcntl(2), F_DUPFD_CLOEXEC: a duplicate above 2, which the caller owns. */
    duplicate(fd: number): number {
      const copy = fcntl(fd, constants.F_DUPFD_CLOEXEC, 'int', 3) as number;
      check('fcntl', copy);
      return copy;
    },
    /**
     * Moves a descriptor of {@link socketpair} to the number of one that Node has opened, so that Node
     * closes it if the calling thread is terminated. Returns `null` if the system has no dup3(2).
     */
    moveToNode(fd: number): number | null {
      if (dup3 === null) return null;
      const opened = openAnything();
      dup3(fd, opened, constants.O_CLOEXEC);
      close(fd);
      return opened;
    },
    /** close(2) for descriptors created by this object, of which `fs.closeSync` would warn. Never throws. */
    close: (fd: number): void => void close(fd),
  };
}

/** Minimal containers have no /dev/null. */
function openAnything(): number {
  try {
    return openSync('/dev/null', 'r');
  } catch {
    return openSync('/', 'r');
  }
}
