import { BackendUnavailableError, type StderrBackend } from '@rsync-io/aux-channel';
import { openPair } from './open-pair.js';

/**
 * Whether this build offers the backend: the build-time flag `ssh-socketpair-stderr`. A composition
 * root leaves the backend out where it is `false`.
 */
export const TCP_LOOPBACK_OFFERED: boolean = __SSH_SOCKETPAIR_STDERR__;

/**
 * A TCP connection over 127.0.0.1 of which this process provably holds both ends before the spawn:
 * what Windows has in place of `socketpair`. The child's end is an ordinary blocking descriptor, the
 * parent's a socket of the event loop.
 *
 * `open()` rejects with `BackendUnavailableError` on other platforms, in builds without the flag, when
 * the native part does not load, and when no authenticated pair comes about within a second.
 */
export const tcpLoopbackBackend: StderrBackend = Object.freeze({
  name: 'tcp-loopback',
  module: import.meta.url,
  open: async () => {
    if (__SSH_SOCKETPAIR_STDERR__) return openPair();
    throw new BackendUnavailableError(
      'tcp-loopback',
      'this build is without it; choose the export condition ssh-socketpair-stderr',
    );
  },
});

export default tcpLoopbackBackend;
