import { writeSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { WireUnavailableError } from '../errors.js';
import { common, type PipeConstants, pipeConstants } from './constants.js';
import type { WirePlatform } from './platform.js';

/** What a pipe is asked to hold: it saves the child most of its waits (measured, 64 KiB to 1 MiB). */
const PIPE_BYTES = 1_048_576;

/**
 * Binds the C library.
 * @throws WireUnavailableError when the platform is unknown
 */
export function bindUnix(
  koffi: typeof import('koffi'),
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): WirePlatform {
  const constants = pipeConstants(platform, arch);
  if (constants !== null) return declare(koffi, constants);
  throw new WireUnavailableError(`it has no constants for ${platform} on ${arch}`);
}

/** All that is known of C stands here. `load(null)` is the process itself: glibc, musl or libSystem. */
function declare(koffi: typeof import('koffi'), constants: PipeConstants): WirePlatform {
  const { O_CLOEXEC, O_NONBLOCK, F_SETPIPE_SZ, FIONREAD, MSG_DONTWAIT, PIPE_BUF, nfds_t } =
    constants;
  const libc = koffi.load(null);
  const pipe =
    O_CLOEXEC === null
      ? libc.func('int pipe(_Out_ int *)')
      : libc.func('int pipe2(_Out_ int *, int)');
  // Variadic in C; on arm64 macOS variadic arguments are passed differently.
  const fcntl = libc.func('int fcntl(int, int, ...)');
  const ioctl = libc.func('int ioctl(int, unsigned long, ...)');
  const poll = libc.func(`int poll(void *, ${nfds_t}, int)`);
  const waitpid = libc.func('int waitpid(int, void *, int)');

  const send = libc.func('intptr_t send(int, void *, size_t, int)');

  const { EAGAIN, EINTR } = osConstants.errno;
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

  return {
    pipeBuf: PIPE_BUF,
    pipe() {
      const ends: [number, number] = [-1, -1];
      const result = O_CLOEXEC === null ? pipe(ends) : pipe(ends, O_CLOEXEC);
      if (result === -1) throw systemError('pipe', koffi.errno());
      if (O_CLOEXEC === null) {
        for (const fd of ends) fcntl(fd, common.F_SETFD, 'int', common.FD_CLOEXEC);
      }
      return { read: ends[0], write: ends[1] };
    },
    enlarge(fd) {
      // EPERM when the user's pipes take too much memory already (pipe(7)); the default size works too.
      if (F_SETPIPE_SZ !== null) fcntl(fd, F_SETPIPE_SZ, 'int', PIPE_BYTES);
    },
    setNonBlocking(fd) {
      const flags = fcntl(fd, common.F_GETFL, 'int', 0) as number;
      fcntl(fd, common.F_SETFL, 'int', flags | O_NONBLOCK);
    },
    waitReadable: (fd, ms) => waitFor(fd, common.POLLIN, ms),
    write(fd, bytes, ms) {
      if (!waitFor(fd, common.POLLOUT, ms)) return 0;
      try {
        return writeSync(fd, bytes, 0, bytes.length, null);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EINTR' || code === 'EAGAIN') return 0;
        throw error;
      }
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
    sendNow(socket, bytes) {
      const count = Number(send(socket, bytes, bytes.length, MSG_DONTWAIT));
      if (count >= 0) return count;
      const errno = koffi.errno();
      if (errno === EAGAIN || errno === EINTR) return 0;
      throw systemError('send', errno);
    },
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
