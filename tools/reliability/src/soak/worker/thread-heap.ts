import { BroadcastChannel } from 'node:worker_threads';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';

export const THREAD_HEAP_CHANNEL = 'rsync-io soak: heap of the drain thread';

/** The pipe backend; the drain thread that loads it broadcasts the size of its heap. */
export const reportingPipeBackend: StderrBackend = {
  ...pipeBackend,
  module: new URL('./thread-heap-backend.mjs', import.meta.url).href,
};

/** Returns a function for the latest size, 0 before the first. Unit: bytes. */
export function threadHeap(): () => number {
  let bytes = 0;
  const channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
  channel.onmessage = (event: unknown) => {
    bytes = (event as { data: number }).data;
  };
  channel.unref();
  return () => bytes;
}
