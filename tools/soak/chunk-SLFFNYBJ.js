// src/worker/figures.ts
import { readdirSync } from "fs";
import { childProcesses, openDescriptors } from "@rsync-io/testkit";
function takeCensus(otherHeaps = 0) {
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    descriptors: openDescriptors() ?? 0,
    threads: readdirSync("/proc/self/task").length,
    children: childProcesses()?.length ?? 0,
    memory: process.memoryUsage.rss(),
    heap: process.memoryUsage().heapUsed + otherHeaps
  };
}

export {
  takeCensus
};
