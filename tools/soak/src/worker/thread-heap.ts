import { BroadcastChannel } from 'node:worker_threads';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';

export const THREAD_HEAP_CHANNEL = 'rsync-io soak: heap of the drain thread';

/** The pipe backend; the drain thread that loads it tells the size of its heap from then on. */
export const tellingPipeBackend: StderrBackend = {
  ...pipeBackend,
  module: new URL('./thread-heap-backend.js', import.meta.url).href,
};

/** What the thread told last, in a turn of the event loop; 0 before that. Unit: bytes. */
export function threadHeap(): () => number {
  let bytes = 0;
  const channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
  channel.onmessage = (event: unknown) => {
    const { data } = event as { data: number };
    bytes = data;
  };
  channel.unref();
  return () => bytes;
}
