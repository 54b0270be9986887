export * from '@rsync-io/aux-channel';
export {
  AsyncSshChild,
  AsyncSshTransport,
  type AsyncTransportOptions,
  type SplitTransport,
  type Wire,
} from '@rsync-io/transport-async';
export { connect, type ConnectOptions } from './connect.js';
export { platformBackends } from './platform-backends.js';
