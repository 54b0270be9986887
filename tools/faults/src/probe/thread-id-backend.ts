import { readlinkSync } from 'node:fs';
import { pipeBackend } from '@rsync-io/pipe';
import type { StderrBackend } from '@rsync-io/aux-channel';

/** Where the drain thread leaves its number: threads share the environment. */
export const DRAIN_THREAD_ID = 'RSYNC_IO_FAULTS_DRAIN_THREAD';

/** The pipe backend, which also tells in which thread of the system it was opened. */
const threadIdBackend: StderrBackend = {
  name: 'pipe',
  // The file that is built of this one; what it shares with others is built into a third.
  module: new URL('./thread-id-backend.js', import.meta.url).href,
  open() {
    process.env[DRAIN_THREAD_ID] = readlinkSync('/proc/thread-self').split('/').at(-1);
    return pipeBackend.open();
  },
};

export default threadIdBackend;
