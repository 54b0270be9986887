import { constants as osConstants } from 'node:os';
import { WireUnavailableError } from '../errors.js';
import { common, type WireConstants, wireConstants } from './constants.js';
import type { WirePlatform } from './platform.js';

/**
 * Binds the C library.
 * @throws WireUnavailableError when the platform is unknown
 */
export function bindUnix(
  koffi: typeof import('koffi'),
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): WirePlatform {
  const constants = wireConstants(platform, arch);
  if (constants !== null) return declare(koffi, constants);
  throw new WireUnavailableError(`it has no constants for ${platform} on ${arch}`);
}

/** All that is known of C stands here. `load(null)` is the process itself: glibc, musl or libSystem. */
function declare(koffi: typeof import('koffi'), constants: WireConstants): WirePlatform {
  const { SOCK_CLOEXEC, FIONREAD, MSG_DONTWAIT, PIPE_BUF, nfds_t } = constants;
  const libc = koffi.load(null);
  const socketpair = libc.func('int socketpair(int, int, int, _Out_ int *)');
  // Variadic in C; on arm64 macOS variadic arguments are passed differently.
  const fcntl = libc.func('int fcntl(int, int, ...)');
  const ioctl = libc.func('int ioctl(int, unsigned long, ...)');
  const poll = libc.func(`int poll(void *, ${nfds_t}, int)`);
  const waitpid = libc.func('int waitpid(int, void *, int)');

  const recv = libc.func('intptr_t recv(int, void *, size_t, int)');
  const send = libc.func('intptr_t send(int, void *, size_t, int)');

  const { EAGAIN, ECONNRESET, EINTR, EPIPE } = osConstants.errno;
  // struct pollfd { int fd; short events; short revents; }, in the byte order of the machine.
  const pollfd = new Int32Array(2);
  const events = new Int16Array(pollfd.buffer, 4, 1);

  const waitFor = (fd: number, event: number, ms: number): boolean => {
    pollfd[0] = fd;
    events[0] = event;
    const ready = poll(pollfd, 1, ms) as number;
    if (ready !== -1) return ready > 0;
    // A signal: the caller looks around and comes back. Anything else the read or write will tell.
    return koffi.errno() !== EINTR;
  };

  const sendNow = (socket: number, bytes: Uint8Array): number => {
    const count = Number(send(socket, bytes, bytes.length, MSG_DONTWAIT));
    if (count >= 0) return count;
    const errno = koffi.errno();
    if (errno === EAGAIN || errno === EINTR) return 0;
    // The other side closed with something unread in the socket (unix(7)); a pipe would say EPIPE.
    throw systemError('send', errno === ECONNRESET ? EPIPE : errno);
  };

  return {
    pipeBuf: PIPE_BUF,
    pair() {
      const ends: [number, number] = [-1, -1];
      const type = common.SOCK_STREAM | (SOCK_CLOEXEC ?? 0);
      if (socketpair(common.AF_UNIX, type, 0, ends) === -1) {
        throw systemError('socketpair', koffi.errno());
      }
      if (SOCK_CLOEXEC === null) {
        for (const fd of ends) fcntl(fd, common.F_SETFD, 'int', common.FD_CLOEXEC);
      }
      return { read: ends[0], write: ends[1] };
    },
    prepareWriting() {
      // Each send says for itself that it is not to wait.
    },
    waitReadable: (fd, ms) => waitFor(fd, common.POLLIN, ms),
    read(fd, into) {
      const count = Number(recv(fd, into, into.length, MSG_DONTWAIT));
      if (count >= 0) return count;
      const errno = koffi.errno();
      if (errno === EAGAIN || errno === EINTR) return null;
      throw systemError('recv', errno);
    },
    write(fd, bytes, ms) {
      const count = sendNow(fd, bytes);
      if (count > 0 || ms === 0) return count;
      return waitFor(fd, common.POLLOUT, ms) ? sendNow(fd, bytes) : 0;
    },
    isWritable: (fd) => waitFor(fd, common.POLLOUT, 0),
    waitAny(interests, ms) {
      const fds = new Int32Array(2 * interests.length);
      const words = new Int16Array(fds.buffer);
      interests.forEach(({ fd, event }, i) => {
        fds[2 * i] = fd;
        words[4 * i + 2] = event === 'read' ? common.POLLIN : common.POLLOUT;
      });
      poll(fds, interests.length, ms);
      return interests.map((_, i) => words[4 * i + 3] !== 0);
    },
    sendNow,
    queuedBytes(fd) {
      const count = new Int32Array(1);
      return ioctl(fd, FIONREAD, 'int *', count) === -1 ? 0 : (count[0] as number);
    },
    reap(pid) {
      const result = waitpid(pid, null, common.WNOHANG) as number;
      if (result === 0) return 'running';
      return result === pid ? 'reaped' : 'unknown';
    },
  };
}

function systemError(syscall: string, errno: number): NodeJS.ErrnoException {
  const known = Object.entries(osConstants.errno).find(([, value]) => value === errno);
  const code = known?.[0] ?? `errno ${errno}`;
  return Object.assign(new Error(`${syscall}: ${code}`), { code, errno: -errno, syscall });
}
