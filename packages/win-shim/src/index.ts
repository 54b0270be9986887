import { BackendUnavailableError, type StderrBackend } from '@rsync-io/aux-channel';
import { openPair } from './open-pair.js';

/** Whether this build offers the backend (the flag `ssh-socketpair-stderr`). If not, do not list it. */
export const TCP_LOOPBACK_OFFERED: boolean = __SSH_SOCKETPAIR_STDERR__;

/**
 * A TCP connection over 127.0.0.1 that replaces `socketpair` on Windows. This process verifiably holds
 * both ends before the spawn. The child's end is an ordinary blocking descriptor; the parent's end is a
 * socket on the event loop. `open()` rejects with `BackendUnavailableError` on other platforms, in builds
 * without the flag, and if no authenticated pair can be made within a second.
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
