import { closeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { UnixCalls } from '@rsync-io/aux-channel/transport';
import type { WirePlatform } from './wire-platform.js';

/** poll.h: the same on every supported Unix. */
const POLLIN = 0x01;
const POLLOUT = 0x04;

export function unixWire(unix: UnixCalls): WirePlatform {
  // struct pollfd { int fd; short events; short revents; }, in the byte order of the machine.
  const pollfd = new Int32Array(2);
  const events = new Int16Array(pollfd.buffer, 4, 2);

  const waitFor = (fd: number, event: number, ms: number): boolean => {
    pollfd[0] = fd;
    events[0] = event;
    // If a signal interrupts the call, the caller checks its child and calls again.
    return unix.poll(pollfd, ms) > 0;
  };

  const queuedBytes = (fd: number): number => {
    try {
      return unix.queuedBytes(fd);
    } catch {
      return 0;
    }
  };

  // When a worker thread is terminated, Node closes only the descriptors that it opened itself.
  const own = (fd: number) => (isMainThread ? fd : (unix.moveToNode(fd) ?? fd));
  const nodeCloses = !isMainThread && unix.constants.O_CLOEXEC !== null;

  let sendBufferBytes: number | undefined;
  return {
    pipeBuf: unix.constants.PIPE_BUF,
    get sendBufferBytes() {
      return (sendBufferBytes ??= measureSendBuffer(unix));
    },
    pair() {
      const [read, write] = unix.socketpair();
      return { read: own(read), write: own(write) };
    },
    close: nodeCloses ? closeSync : unix.close,
    waitReadable: (fd, ms) => waitFor(fd, POLLIN, ms),
    read: unix.receive,
    write(fd, bytes, ms) {
      const count = unix.send(fd, bytes);
      if (count > 0 || ms === 0) return count;
      return waitFor(fd, POLLOUT, ms) ? unix.send(fd, bytes) : 0;
    },
    isWritable: (fd) => waitFor(fd, POLLOUT, 0),
    waitAny(interests, ms) {
      const fds = new Int32Array(2 * interests.length);
      const words = new Int16Array(fds.buffer);
      interests.forEach(({ fd, event }, i) => {
        fds[2 * i] = fd;
        words[4 * i + 2] = event === 'read' ? POLLIN : POLLOUT;
      });
      unix.poll(fds, ms);
      return interests.map((_, i) => words[4 * i + 3] !== 0);
    },
    sendNow: unix.send,
    queuedBytes,
    isAtEnd: (fd) => waitFor(fd, POLLIN, 0) && queuedBytes(fd) === 0,
    reap: unix.reap,
  };
}

/** A last message may exceed the buffer by half (Linux, af_unix.c); twice its size is never reached. */
function measureSendBuffer(unix: UnixCalls): number {
  const ends = unix.socketpair();
  const size = unix.sendBuffer(ends[0]);
  for (const fd of ends) unix.close(fd);
  return 2 * size;
}
