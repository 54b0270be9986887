import { BroadcastChannel } from 'node:worker_threads';
import { pipeBackend } from '@rsync-io/pipe';
import { THREAD_HEAP_CHANNEL } from './thread-heap.js';

/*
 * The pipe backend, as the drain thread of the blocking transport loads it: a way to look into that
 * thread's heap, in which anything that it keeps of its connections would pile up.
 */
const EVERY_MS = 2_000;
const channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
channel.unref();
setInterval(() => {
  // What the first collection finalized, the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  // Of this thread alone; `rss` would be the process's.
  channel.postMessage(process.memoryUsage().heapUsed);
}, EVERY_MS).unref();

export default pipeBackend;
