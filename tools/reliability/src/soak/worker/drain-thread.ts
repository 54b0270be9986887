// Loaded by the drain thread of the blocking transport: the pipe backend, whose first use ends the thread.
import { pipeBackend } from '@rsync-io/pipe';

/** The connection is established by then. Unit: milliseconds. */
const ENDS_AFTER_MS = 200;

export default {
  ...pipeBackend,
  open() {
    setTimeout(() => process.exit(7), ENDS_AFTER_MS);
    return pipeBackend.open();
  },
};
