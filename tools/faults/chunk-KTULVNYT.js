// src/probe/thread-id-backend.ts
import { readlinkSync } from "fs";
import { pipeBackend } from "@rsync-io/pipe";
var DRAIN_THREAD_ID = "RSYNC_IO_FAULTS_DRAIN_THREAD";
var threadIdBackend = {
  name: "pipe",
  // The file that is built of this one; what it shares with others is built into a third.
  module: new URL("./thread-id-backend.js", import.meta.url).href,
  open() {
    process.env[DRAIN_THREAD_ID] = readlinkSync("/proc/thread-self").split("/").at(-1);
    return pipeBackend.open();
  }
};
var thread_id_backend_default = threadIdBackend;

export {
  DRAIN_THREAD_ID,
  thread_id_backend_default
};
