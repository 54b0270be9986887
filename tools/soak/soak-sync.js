import {
  Tally,
  workerTask
} from "./chunk-CSJ3ENXY.js";
import {
  childScript,
  keepKilobytes,
  plantLeaks,
  randomPlan,
  seededRandom,
  watchdogs,
  wirePayload,
  withoutLastByte
} from "./chunk-JRA7DG2O.js";
import {
  tellingPipeBackend,
  threadHeap
} from "./chunk-FAB7SY5E.js";
import "./chunk-SLFFNYBJ.js";
import "./chunk-BPCHXMC3.js";

// src/worker/soak-sync.ts
import { mkdtempSync, rmSync } from "fs";
import { tmpdir } from "os";
import path from "path";
import { SshCommand } from "@rsync-io/aux-channel";
import { socketpairBackend } from "@rsync-io/socketpair";
import { SshConnection } from "@rsync-io/transport-sync";

// src/worker/shown-file.ts
import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from "fs";
var ShownFile = class {
  descriptor;
  constructor(name) {
    this.descriptor = openSync(name, "a+");
  }
  /** What was forwarded to it, which is then gone from it. */
  take() {
    const bytes = Buffer.alloc(fstatSync(this.descriptor).size);
    for (let at = 0; at < bytes.length; ) {
      at += readSync(this.descriptor, bytes, at, bytes.length - at, at);
    }
    ftruncateSync(this.descriptor, 0);
    return bytes[0] === 10 ? bytes.subarray(1) : bytes;
  }
  close() {
    closeSync(this.descriptor);
  }
};

// src/worker/soak-sync.ts
var OPEN_AT_A_TIME = 3;
var WIRE_BLOCK = 16384;
var WARM_UP = 40;
var { seed, until, every, plants, isStopped } = workerTask();
var random = seededRandom(seed);
var tally = new Tally("sync", threadHeap());
var backends = {
  pipe: tellingPipeBackend,
  socketpair: socketpairBackend
};
var folder = mkdtempSync(path.join(tmpdir(), "rsync-io-soak-"));
var files = Array.from({ length: OPEN_AT_A_TIME }, (_, i) => {
  return new ShownFile(path.join(folder, `${i}`));
});
var sleeper = new Int32Array(new SharedArrayBuffer(4));
var open = [];
var nextReport = Date.now() + every;
for (let id = 1; !isStopped() && Date.now() < until; id++) {
  if (open.length === OPEN_AT_A_TIME) finish(open.shift());
  open.push(begin(randomPlan(id, random)));
  if (id === WARM_UP) {
    await finishAll();
    tally.rest();
    plantLeaks(plants);
  }
  if (Date.now() >= nextReport) {
    tally.report();
    nextReport = Date.now() + every;
  }
  await new Promise((resolve) => setImmediate(resolve));
}
await finishAll();
tally.report(true);
for (const file of files) file.close();
rmSync(folder, { recursive: true });
process.exit();
async function finishAll() {
  for (const one of open.splice(0)) finish(one);
  sleep(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
}
function begin(plan) {
  const from = performance.now();
  const forwards = plan.id % 2 === 0 && plan.grandchildMs === 0;
  const shown = forwards ? files[plan.id % OPEN_AT_A_TIME] : null;
  const command = SshCommand.raw("sh", ["-c", childScript(plan)], watchdogs(plan));
  const connection = SshConnection.spawn(command, {
    backends: [backends[plan.backend]],
    forward: shown === null ? false : { to: shown.descriptor, policy: "raw" },
    surface: "never"
  });
  return { plan, connection, shown, from, spawnMs: performance.now() - from };
}
function finish({ plan, connection, shown, from, spawnMs }) {
  const sent = wirePayload(plan);
  const received = [];
  const wireEnd = serve(connection, plan, sent, received);
  const ended = endOf(connection);
  const waitedAt = performance.now();
  const stderr = connection.stderrSnapshot();
  connection[Symbol.dispose]();
  const outcome = {
    ended,
    stderr,
    forwarded: shown?.take() ?? null,
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from
  };
  const told = plants.includes("byte") && plan.id === WARM_UP ? withoutLastByte(outcome) : outcome;
  if (plants.includes("memory")) keepKilobytes();
  tally.add(plan, told, { spawnMs, waitMs: wireEnd === null ? 0 : waitedAt - wireEnd });
}
function endOf(connection) {
  try {
    const { code, signal } = connection.wait();
    return signal ?? String(code);
  } catch (error) {
    return error.name;
  }
}
function serve(connection, { ending }, sent, received) {
  try {
    exchange(connection, sent, received);
    if (ending.kind === "killed" || ending.kind === "aborted") {
      sleep(ending.afterMs);
      connection.kill(ending.kind === "killed" ? "SIGKILL" : "SIGTERM");
    }
    const more = Buffer.alloc(WIRE_BLOCK);
    for (let count; (count = connection.read(more)) > 0; ) {
      received.push(Buffer.from(more.subarray(0, count)));
    }
    return performance.now();
  } catch {
    return null;
  }
}
function exchange(connection, sent, received) {
  for (let at = 0; at < sent.length; at += WIRE_BLOCK) {
    const block = sent.subarray(at, at + WIRE_BLOCK);
    connection.writeAll(block);
    for (let missing = block.length; missing > 0; ) {
      const into = Buffer.allocUnsafe(missing);
      const count = connection.read(into);
      if (count === 0) return;
      received.push(into.subarray(0, count));
      missing -= count;
    }
  }
}
function sleep(ms) {
  Atomics.wait(sleeper, 0, 0, ms);
}
