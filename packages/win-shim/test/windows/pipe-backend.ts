import { ChildStderrEndpoint, type StderrBackend } from '@rsync-io/aux-channel';

/** What the next backend in order does; a backend's tests do not know the package of another one. */
export const pipeBackend: StderrBackend = {
  name: 'pipe',
  module: 'data:text/javascript,',
  open: () => Promise.resolve(new ChildStderrEndpoint()),
};
