import { StderrBackend } from '@rsync-io/aux-channel';

/** Where the drain thread leaves its number: threads share the environment. */
declare const DRAIN_THREAD_ID = "RSYNC_IO_FAULTS_DRAIN_THREAD";
/** The pipe backend, which also tells in which thread of the system it was opened. */
declare const threadIdBackend: StderrBackend;

export { DRAIN_THREAD_ID, threadIdBackend as default };
