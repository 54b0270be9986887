/** For authors of backends: the interfaces of a backend, and the code that backends share. */
export { BackendUnavailableError } from './trait/errors.js';
export type {
  OwnedDescriptor,
  QueueState,
  ReadSink,
  StderrBackend,
  StderrBackendName,
  StderrEndpoint,
} from './trait/trait.js';
export { type EndpointParts, StreamEndpoint } from './drain/stream-endpoint.js';
export { type ForeignFunction, type Koffi, loadKoffi } from './native/koffi.js';
export { SystemCallError } from './native/system-error.js';
export { bindUnix, type UnixCalls } from './native/unix.js';
export { unixConstants, type UnixConstants } from './native/unix-constants.js';
export { bindWindows, type Handle } from './native/windows.js';
