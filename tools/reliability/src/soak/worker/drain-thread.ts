// Loaded by the drain thread of the blocking transport: the pipe backend. It broadcasts the size of the thread's heap;
// `?ends` makes its first use end the thread.
import { BroadcastChannel } from 'node:worker_threads';
import { pipeBackend } from '@rsync-io/pipe';

/** The connection is established by then. Unit: milliseconds. */
const ENDS_AFTER_MS = 200;
const EVERY_MS = 2_000;

const ends = import.meta.url.endsWith('?ends');

if (!ends) {
  const channel = new BroadcastChannel('rsync-io soak: heap of the drain thread');
  channel.unref();
  setInterval(() => {
    globalThis.gc?.();
    globalThis.gc?.();
    // `heapUsed` is of this thread; `rss` would be of the process.
    channel.postMessage(process.memoryUsage().heapUsed);
  }, EVERY_MS).unref();
}

export default {
  ...pipeBackend,
  open() {
    if (ends) setTimeout(() => process.exit(7), ENDS_AFTER_MS);
    return pipeBackend.open();
  },
};
