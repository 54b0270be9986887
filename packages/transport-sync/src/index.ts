export { SshConnection, type Progress, type SplitConnection } from './ssh-connection.js';
export { SshReader } from './ssh-reader.js';
export { SshWriter } from './ssh-writer.js';
export { SshChildHandle, type WaitOptions } from './ssh-child-handle.js';
export { DrainThreadLostError, WireUnavailableError } from './errors.js';
export type { SyncTransportOptions } from './options.js';
