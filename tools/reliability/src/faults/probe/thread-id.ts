import { readlinkSync } from 'node:fs';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';

/** Variable for the kernel's number of the drain thread; threads share the environment. */
export const DRAIN_THREAD_ID = 'RSYNC_IO_FAULTS_DRAIN_THREAD';

/** The pipe backend, which also records the thread that opens it. */
export const threadIdBackend: StderrBackend = {
  name: 'pipe',
  module: new URL('./thread-id-backend.mjs', import.meta.url).href,
  open() {
    process.env[DRAIN_THREAD_ID] = readlinkSync('/proc/thread-self').split('/').at(-1);
    return pipeBackend.open();
  },
};
