export * from '@rsync-io/aux-channel';
export {
  AsyncSshChild,
  AsyncSshTransport,
  type AsyncTransportOptions,
  type SplitTransport,
  type Wire,
} from '@rsync-io/transport-async';
export {
  DrainThreadLostError,
  SshChildHandle,
  SshConnection,
  SshReader,
  SshWriter,
  type SplitConnection,
  type SyncForwardOptions,
  type SyncTransportOptions,
  WireUnavailableError,
} from '@rsync-io/transport-sync';
export { connect, type ConnectOptions, connectSync, type ConnectSyncOptions } from './connect.js';
export { platformBackends } from './platform-backends.js';
