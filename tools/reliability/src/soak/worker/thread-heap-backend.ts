// Loaded by the drain thread of the blocking transport, to measure the heap of that thread.
import { BroadcastChannel } from 'node:worker_threads';
import { pipeBackend } from '@rsync-io/pipe';
import { collectGarbage } from './figures.ts';
import { THREAD_HEAP_CHANNEL } from './thread-heap.ts';

const EVERY_MS = 2_000;
const channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
channel.unref();
setInterval(() => {
  collectGarbage();
  // `heapUsed` is of this thread; `rss` would be of the process.
  channel.postMessage(process.memoryUsage().heapUsed);
}, EVERY_MS).unref();

export default pipeBackend;
