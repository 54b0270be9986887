/** For authors of backends: what carries a child's stderr, and the parts that backends share. */
export { BackendUnavailableError } from './trait/errors.js';
export type {
  QueueState,
  ReadSink,
  StderrBackend,
  StderrBackendName,
  StderrEndpoint,
} from './trait/trait.js';
export { ChildStderrEndpoint } from './drain/child-stderr-endpoint.js';
export { readQueued } from './drain/read-queued.js';
