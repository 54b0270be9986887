// src/worker/thread-heap.ts
import { BroadcastChannel } from "worker_threads";
import { pipeBackend } from "@rsync-io/pipe";
var THREAD_HEAP_CHANNEL = "rsync-io soak: heap of the drain thread";
var tellingPipeBackend = {
  ...pipeBackend,
  module: new URL("./thread-heap-backend.js", import.meta.url).href
};
function threadHeap() {
  let bytes = 0;
  const channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
  channel.onmessage = (event) => {
    const { data } = event;
    bytes = data;
  };
  channel.unref();
  return () => bytes;
}

export {
  THREAD_HEAP_CHANNEL,
  tellingPipeBackend,
  threadHeap
};
