import type { StderrBackend } from '@rsync-io/aux-channel';
import { ChildStderrEndpoint } from '@rsync-io/aux-channel/backend';

/**
 * The backend that is always there: what Node makes for `stdio: 'pipe'`. On Unix that is a
 * socketpair of libuv's, on Windows a named pipe. It opens nothing before the spawn, so it cannot
 * fail before it either.
 */
export const pipeBackend: StderrBackend = Object.freeze({
  name: 'pipe',
  module: import.meta.url,
  open: () => Promise.resolve(new ChildStderrEndpoint()),
});

export default pipeBackend;
