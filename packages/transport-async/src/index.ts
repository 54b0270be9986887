export { AsyncSshTransport, type SplitTransport } from './ssh-transport.js';
export { KILL_GRACE_MS, type WaitOptions } from '@rsync-io/aux-channel/transport';
export { AsyncSshChild } from './ssh-child.js';
export type { AsyncTransportOptions, Wire } from './options.js';
export type { WireProgress } from './wire.js';

/** Whether this build drains stderr with a channel. Otherwise the child inherits fd 2. */
export const STDERR_CHANNEL: boolean = __SSH_SOCKETPAIR_STDERR__;
