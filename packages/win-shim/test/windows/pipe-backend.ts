import type { StderrBackend } from '@rsync-io/aux-channel';
import { ChildStderrEndpoint } from '@rsync-io/aux-channel/backend';

/** What the next backend in order does; a backend's tests do not know the package of another one. */
export const pipeBackend: StderrBackend = {
  name: 'pipe',
  module: 'data:text/javascript,',
  open: () => Promise.resolve(new ChildStderrEndpoint()),
};
