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
import "./chunk-SLFFNYBJ.js";
import "./chunk-BPCHXMC3.js";

// src/worker/soak-async.ts
import { SshCommand } from "@rsync-io/aux-channel";
import { pipeBackend } from "@rsync-io/pipe";
import { socketpairBackend } from "@rsync-io/socketpair";
import { AsyncSshTransport } from "@rsync-io/transport-async/ssh-socketpair-stderr";
var { seed, jobs, until, every, plants, isStopped } = workerTask();
var random = seededRandom(seed);
var tally = new Tally("async");
var backends = {
  pipe: pipeBackend,
  socketpair: socketpairBackend
};
var WARM_UP = 40;
var id = 0;
for (let i = 0; i < WARM_UP; i++) await connection(randomPlan(id += 1, random));
await new Promise((resolve) => setTimeout(resolve, 1e3));
tally.rest();
plantLeaks(plants);
var reporting = setInterval(() => tally.report(), every);
await Promise.all(
  Array.from({ length: jobs }, async () => {
    while (!isStopped() && Date.now() < until) await connection(randomPlan(id += 1, random));
  })
);
clearInterval(reporting);
setTimeout(() => {
  tally.report(true);
  process.exit();
}, 1500);
async function connection(plan) {
  const from = performance.now();
  const { ending } = plan;
  const abort = new AbortController();
  const shown = [];
  const command = SshCommand.raw("sh", ["-c", childScript(plan)], watchdogs(plan));
  const transport = await AsyncSshTransport.spawn(command, {
    backends: [backends[plan.backend]],
    forward: { to: (chunk) => void shown.push(Buffer.from(chunk)), policy: "raw" },
    surface: "never",
    signal: abort.signal
  });
  const spawnMs = performance.now() - from;
  const sent = wirePayload(plan);
  const received = [];
  transport.stdout?.on("data", (chunk) => received.push(chunk)).on("error", () => {
  });
  transport.stdin?.on("error", () => {
  }).write(sent);
  const wireEnd = new Promise((resolve) => {
    transport.stdout?.once("close", () => resolve(performance.now()));
  });
  const timer = ending.kind === "killed" || ending.kind === "aborted" ? setTimeout(() => {
    if (ending.kind === "killed") transport.kill("SIGKILL");
    else abort.abort();
  }, ending.afterMs) : void 0;
  const ended = await endOf(transport, plan);
  const waitedAt = performance.now();
  clearTimeout(timer);
  const waitMs = Math.max(0, waitedAt - await wireEnd);
  const outcome = {
    ended,
    stderr: transport.stderrSnapshot(),
    forwarded: Buffer.concat(shown),
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from
  };
  await transport[Symbol.asyncDispose]();
  const told = plants.includes("byte") && plan.id === WARM_UP ? withoutLastByte(outcome) : outcome;
  if (plants.includes("memory")) keepKilobytes();
  tally.add(plan, told, { spawnMs, waitMs });
}
async function endOf(transport, plan) {
  try {
    if (plan.ending.kind === "stalled") await pause(plan);
    const { code, signal } = await transport.wait();
    return signal ?? String(code);
  } catch (error) {
    return error.name;
  }
}
function pause({ ending }) {
  return new Promise((resolve) => setTimeout(resolve, "afterMs" in ending ? ending.afterMs : 0));
}
