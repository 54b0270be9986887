import type { StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { TCP_LOOPBACK_OFFERED, tcpLoopbackBackend } from '@rsync-io/win-shim';

const unix: readonly StderrBackend[] = Object.freeze([socketpairBackend, pipeBackend]);
const windows: readonly StderrBackend[] = Object.freeze(
  TCP_LOOPBACK_OFFERED ? [tcpLoopbackBackend, pipeBackend] : [pipeBackend],
);

/** The backends for this platform, in order of preference. */
export function platformBackends(): readonly StderrBackend[] {
  return process.platform === 'win32' ? windows : unix;
}
