import {
  THREAD_HEAP_CHANNEL
} from "./chunk-FAB7SY5E.js";
import "./chunk-BPCHXMC3.js";

// src/worker/thread-heap-backend.ts
import { BroadcastChannel } from "worker_threads";
import { pipeBackend } from "@rsync-io/pipe";
var EVERY_MS = 2e3;
var channel = new BroadcastChannel(THREAD_HEAP_CHANNEL);
channel.unref();
setInterval(() => {
  globalThis.gc?.();
  globalThis.gc?.();
  channel.postMessage(process.memoryUsage().heapUsed);
}, EVERY_MS).unref();
var thread_heap_backend_default = pipeBackend;
export {
  thread_heap_backend_default as default
};
