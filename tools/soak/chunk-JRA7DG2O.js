// src/workload/child.ts
var isCutShort = ({ ending }) => "afterMs" in ending;
function childScript(plan) {
  const { id, lines, prompt, wireBytes, grandchildMs, closesEarly, ending } = plan;
  const half = Math.floor(lines / 2);
  return [
    half > 0 ? numbered(id, 1, half) : "",
    // The wire in the middle, so that stderr and it are busy in turns.
    wireBytes > 0 ? `head -c ${wireBytes}` : "",
    half < lines ? numbered(id, half + 1, lines) : "",
    prompt ? `printf 'prompt ${id}: ' >&2` : "",
    grandchildMs > 0 ? `(sleep ${grandchildMs / 1e3}; echo "late ${id}" >&2) </dev/null >/dev/null &` : "",
    closesEarly ? "exec 2>&-" : "",
    ending.kind === "exit" ? `exit ${ending.code}` : "",
    ending.kind === "signal" ? `kill -${ending.signal} $$` : "",
    "exec sleep 20"
  ].filter((command) => command !== "").join("\n");
}
function expectedStderr({ id, lines, prompt }) {
  const text = [];
  for (let i = 1; i <= lines; i++) text.push(`${id} ${String(i).padStart(9, "0")}
`);
  if (prompt) text.push(`prompt ${id}: `);
  return Buffer.from(text.join(""));
}
var lateLine = ({ id }) => Buffer.from(`late ${id}
`);
function numbered(id, from, to) {
  if (to - from > 60) return `seq -f '${id} %09.0f' ${from} ${to} >&2`;
  return `i=${from}; while [ $i -le ${to} ]; do printf '${id} %09d\\n' $i; i=$((i+1)); done >&2`;
}
function wirePayload({ id, wireBytes }) {
  const payload = Buffer.allocUnsafe(wireBytes);
  for (let i = 0; i < wireBytes; i++) payload[i] = id + i * 31 + (i >> 8) & 255;
  return payload;
}

// src/workload/check.ts
import { STDERR_BUFFER_CAP } from "@rsync-io/aux-channel";
function check(plan, outcome) {
  const faults = [];
  const { stderr, forwarded } = outcome;
  const expected = isSeenLate(plan, outcome) ? Buffer.concat([expectedStderr(plan), lateLine(plan)]) : expectedStderr(plan);
  const whole = !isCutShort(plan);
  const tell = (what, lostBytes = 0) => faults.push({ what: `connection ${plan.id}: ${what}`, lostBytes });
  const wanted = wantedEnding(plan);
  if (!wanted.includes(outcome.ended)) {
    tell(`ended by ${outcome.ended}, not ${wanted.join(" or ")}`);
  }
  if (stderr.backend !== plan.backend) tell(`fell back to ${stderr.backend}`);
  const total = stderr.totalBytes;
  if (whole && total !== expected.length) {
    const lost = Math.max(0, expected.length - total);
    tell(`captured ${total} bytes of stderr, not ${expected.length}`, lost);
  }
  if (total > expected.length) tell(`captured ${total} bytes of stderr, more than were written`);
  const upTo = expected.subarray(0, total);
  if (!upTo.subarray(-STDERR_BUFFER_CAP).equals(Buffer.from(stderr.bytes))) {
    tell("the captured bytes are not those that were written");
  }
  if (forwarded !== null && !forwarded.subarray(0, total).equals(upTo)) {
    const lost = Math.max(0, upTo.length - forwarded.length);
    tell(`the ${forwarded.length} forwarded bytes are not the ${total} that were written`, lost);
  }
  const back = outcome.sent.subarray(0, outcome.received.length);
  if (whole && outcome.received.length !== outcome.sent.length) {
    const lost = outcome.sent.length - outcome.received.length;
    tell(`the wire returned ${outcome.received.length} bytes of ${outcome.sent.length}`, lost);
  }
  if (!back.equals(outcome.received)) tell("the wire returned other bytes than were sent");
  return faults;
}
function isSeenLate(plan, { stderr, ms }) {
  const hadTime = plan.grandchildMs > 0 && ms >= plan.grandchildMs;
  return hadTime && stderr.totalBytes > expectedStderr(plan).length;
}
function wantedEnding({ ending }) {
  switch (ending.kind) {
    case "exit":
      return [String(ending.code)];
    case "signal":
      return [`SIG${ending.signal}`];
    case "killed":
      return ["SIGKILL"];
    case "aborted":
      return ["AbortError", "SIGTERM", "SIGKILL"];
    case "stalled":
      return ["IoTimeoutError"];
    case "unconnected":
      return ["ConnectTimeoutError"];
  }
}

// src/workload/plan.ts
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
function watchdogs({ ending }) {
  const after = (kind) => "afterMs" in ending && ending.kind === kind ? ending.afterMs + 100 : null;
  return { ioTimeoutMs: after("stalled"), connectTimeoutMs: after("unconnected") };
}
function seededRandom(seed) {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}
function randomPlan(id, random) {
  const chance = (percent) => random(100) < percent;
  const flood = chance(3);
  const ending = randomEnding(random);
  const endsItself = ending.kind === "exit" || ending.kind === "signal";
  return {
    id,
    backend: chance(50) ? "socketpair" : "pipe",
    lines: flood ? 5e3 + random(6e4) : random(40),
    prompt: chance(20),
    // The first byte by the wire would be the connection.
    wireBytes: ending.kind === "unconnected" || chance(50) ? 0 : random(chance(5) ? 2e6 : 5e3),
    // Later than the child's end, or what it says would be a part of the capture.
    grandchildMs: endsItself && chance(15) ? chance(10) ? 3e3 : 300 + random(400) : 0,
    closesEarly: chance(5),
    ending
  };
}
function randomEnding(random) {
  const dice = random(100);
  if (dice < 60) return { kind: "exit", code: 0 };
  if (dice < 80) return { kind: "exit", code: 1 + random(255) };
  if (dice < 90) {
    return { kind: "signal", signal: ["KILL", "TERM", "USR2"][random(3)] ?? "KILL" };
  }
  const afterMs = 20 + random(100);
  if (dice < 94) return { kind: "killed", afterMs };
  if (dice < 96) return { kind: "aborted", afterMs };
  return { kind: dice < 98 ? "stalled" : "unconnected", afterMs };
}

// src/worker/plant.ts
import { spawn } from "child_process";
import { openSync } from "fs";
import { Worker } from "worker_threads";
var PLANTS = ["byte", "descriptor", "thread", "child", "orphan", "memory"];
function plantLeaks(plants) {
  for (const plant of plants) leaks[plant]?.();
}
var leaks = {
  descriptor: () => openSync("/dev/null", "r"),
  thread: () => new Worker("setTimeout(() => {}, 60_000)", { eval: true }).unref(),
  child: () => spawn("sleep", ["60"], { stdio: "ignore" }),
  // Its parent is gone at once, so it is nobody's child that anybody counts.
  orphan: () => spawn("sh", ["-c", "sleep 60 &"], { stdio: "ignore" })
};
function withoutLastByte(outcome) {
  const { stderr } = outcome;
  return {
    ...outcome,
    stderr: { ...stderr, bytes: stderr.bytes.subarray(0, -1), totalBytes: stderr.totalBytes - 1 }
  };
}
var kept = [];
function keepKilobytes() {
  kept.push(Array.from({ length: 1024 }, (_, i) => i + 0.5));
}

export {
  childScript,
  expectedStderr,
  wirePayload,
  check,
  isSeenLate,
  watchdogs,
  seededRandom,
  randomPlan,
  PLANTS,
  plantLeaks,
  withoutLastByte,
  keepKilobytes
};
