export { SshConnection, type SplitConnection } from './ssh-connection.js';
export type { Progress } from './wire/traffic.js';
export { SshReader } from './ssh-reader.js';
export { SshWriter } from './ssh-writer.js';
export { SshChildHandle } from './ssh-child-handle.js';
export { DrainThreadLostError, WireUnavailableError } from './errors.js';
export type { SyncTransportOptions } from './options.js';
export type { WaitOptions } from '@rsync-io/aux-channel/transport';
