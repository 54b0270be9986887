import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { type StderrEndpoint, StreamEndpoint } from '@rsync-io/aux-channel/backend';

/**
 * The backend that works wherever Node does. It uses `stdio: 'pipe'`: on Unix a socket pair made by libuv,
 * on Windows a named pipe. It opens nothing before the spawn, so `open()` never rejects.
 */
export const pipeBackend: StderrBackend = Object.freeze({
  name: 'pipe',
  module: import.meta.url,
  open: () => Promise.resolve(childStderrEndpoint()),
});

export default pipeBackend;

/** Node creates the pair during the spawn and closes the child's end itself. */
function childStderrEndpoint(): StderrEndpoint {
  return new StreamEndpoint({ backend: 'pipe', childStdio: 'pipe', open: stderrOf });
}

function stderrOf({ stderr }: ChildProcess): Readable {
  if (stderr) return stderr;
  throw new TypeError("The child was not spawned with 'pipe' as stdio[2].");
}
