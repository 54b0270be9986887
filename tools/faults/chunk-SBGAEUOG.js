// src/matrix/combination.ts
var COMBINATIONS = [
  { transport: "async", flag: "off", backend: "inherit" },
  { transport: "async", flag: "on", backend: "socketpair" },
  { transport: "async", flag: "on", backend: "pipe" },
  { transport: "sync", flag: "off", backend: "socketpair" },
  { transport: "sync", flag: "off", backend: "pipe" },
  { transport: "sync", flag: "on", backend: "socketpair" },
  { transport: "sync", flag: "on", backend: "pipe" }
];
var nameOf = ({ transport, flag, backend }) => `${transport}/${flag}/${backend}`;

// src/judge/expectation.ts
var RESULT = { kind: "result" };
var spawnError = (...codes) => ({
  kind: "error",
  name: "SpawnError",
  codes
});
function usual({ backend }, different = {}) {
  return {
    ways: [RESULT],
    status: { code: 3, signal: null },
    echo: "all",
    capture: backend === "inherit" ? "nothing" : "payload",
    shown: "payload",
    ended: ["eof"],
    closesRefused: 0,
    nextWorks: true,
    ...different
  };
}

// src/faults/make-case.ts
var DEADLINE_MS = 4e4;
var TALK = 'cat; cat "$PAYLOAD" >&2; exit 3';
var TALK_AT_ONCE = 'head -c 1000; cat "$PAYLOAD" >&2; exit 3';
function makeCase(combination, group, fault) {
  return {
    name: `${nameOf(combination)} ${group}: ${fault.title}`,
    combination,
    group,
    order: {
      combination,
      script: TALK,
      program: null,
      padding: null,
      cwd: null,
      connections: 1,
      wireBytes: 1e3,
      readsToEnd: true,
      payloadBytes: 3e3,
      arrange: { kind: "nothing" },
      during: null,
      fenced: fault.injection !== void 0,
      warmUp: fault.injection?.cold === true ? "none" : "its own",
      reference: null,
      plant: null,
      ...fault.order
    },
    stderr: fault.stderr ?? "file",
    nodeOptions: fault.nodeOptions ?? [],
    expect: usual(combination, fault.expect),
    injection: fault.injection ?? null,
    deadlineMs: fault.deadlineMs ?? DEADLINE_MS
  };
}

// src/run/strace.ts
import { spawn, spawnSync } from "child_process";
import { once } from "events";
import { existsSync, readFileSync } from "fs";
function whyNoStrace() {
  const { error, status, stderr } = spawnSync("strace", ["-o", "/dev/null", "true"], {
    encoding: "utf8"
  });
  if (error !== void 0) return "strace is not installed";
  return status === 0 ? null : `strace does not work here (${stderr.trim().split("\n").at(-1)})`;
}
var Tracer = class _Tracer {
  #child;
  #log;
  constructor(child, log) {
    this.#child = child;
    this.#log = log;
  }
  /** Resolves when every call is seen. @param what `trace=…` or `inject=…` */
  static async attach(thread, what, { follow, log }) {
    const args = [
      ...follow ? ["-f"] : [],
      // -y: what each descriptor is.
      ...["-y", "-p", String(thread), "-o", log, "-e", "signal=none"],
      ...what.flatMap((expression) => ["-e", expression])
    ];
    const child = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`strace did not attach: ${said.trim()}`)));
      child.stderr.setEncoding("utf8").on("data", (text) => {
        said += text;
        if (/attached/.test(said)) resolve();
      });
    });
    return new _Tracer(child, log);
  }
  /** Lets go of the thread. */
  async detach() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGINT");
    await gone;
  }
  /** What was seen, one call a line, without the number of the process. */
  lines() {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, "utf8").split("\n").flatMap(parsed);
  }
};
function parsed(line) {
  const match = /^(?:(\d+)\s+)?(\w+)\(/.exec(line);
  if (match === null) return [];
  const [, thread, call] = match;
  return [
    {
      thread: thread === void 0 ? null : Number(thread),
      call,
      text: line,
      injected: line.includes("(INJECTED)")
    }
  ];
}
var injecting = ({ call, errno, step }) => [
  `trace=${call}`,
  `inject=${call}:error=${errno}:when=${step}`
];

// src/run/stage.ts
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import path from "path";
var Stage = class {
  folder = mkdtempSync(path.join(tmpdir(), "rsync-io-faults-"));
  #next = 0;
  /** A folder with the bytes that a case sends and writes. */
  case(wireBytes, payloadBytes) {
    const folder = path.join(this.folder, String(this.#next += 1));
    mkdirSync(folder);
    writeFileSync(path.join(folder, "wire"), payloadOf(wireBytes, "wire"));
    writeFileSync(path.join(folder, "payload"), payloadOf(payloadBytes, "line"));
    return folder;
  }
  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }
};
function payloadOf(bytes, word) {
  const lines = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    const line = `${word} ${String(i).padStart(7, "0")}
`;
    length += line.length;
    lines.push(line);
  }
  return Buffer.from(lines.join("")).subarray(0, bytes);
}

// src/judge/judge.ts
import { STDERR_BUFFER_CAP } from "@rsync-io/aux-channel";
function judge(faultCase, run) {
  const { injection, expect } = faultCase;
  const strike = run.calls.find(({ injected }) => injected)?.text ?? "";
  const struck = injection === null || strike !== "";
  const { observation } = run;
  const nodesOwn = (symptom) => expect.ways.find(
    (way) => way.kind === "node" && way.symptom === symptom && way.strike.test(strike)
  );
  if (run.hung) {
    const node2 = nodesOwn("hangs");
    if (node2 !== void 0) return { kind: "node", why: node2.why };
    return wrong(["it hung, and was killed at the deadline"]);
  }
  if (observation === null) {
    const node2 = nodesOwn("ends");
    if (node2 !== void 0 && ABORTED.has(run.killedBy)) return { kind: "node", why: node2.why };
    const said = run.shown.toString("latin1").replace(/^(?:line|wire) \d*$/gm, "").trim();
    return wrong([
      `the process ended with ${run.killedBy ?? `status ${run.code}`}: ${said.slice(-600)}`
    ]);
  }
  if (!struck || !observation.arranged) return { kind: "not struck" };
  const laws = brokenLaws(faultCase, observation);
  const leaks = unexplainedLeaks(faultCase, observation);
  const ways = observation.connections.map((seen, i) => wayOf(faultCase, run, strike, seen, i));
  const problems = [...laws, ...ways.flatMap(({ problems: problems2 }) => problems2)];
  const node = nodesOwn("leaks");
  if (problems.length === 0 && leaks.length > 0 && node !== void 0) {
    if (leaks.every((leak) => node.leaks?.test(leak))) return { kind: "node", why: node.why };
  }
  problems.push(...leaks.map((leak) => `left behind: ${leak}`));
  if (problems.length > 0) return wrong(problems);
  return { kind: "right", way: [...new Set(ways.map(({ way }) => way))].join(", ") };
}
var ABORTED = /* @__PURE__ */ new Set(["SIGABRT", "SIGTRAP", "SIGILL"]);
var wrong = (problems) => ({ kind: "wrong", problems });
function brokenLaws({ expect }, observation) {
  const { next, stray } = observation;
  return [
    ...next === null === expect.nextWorks ? [] : [`the next connection: ${next ?? "works"}`],
    ...stray.map(({ name, message }) => `an error that nobody could catch: ${name}: ${message}`)
  ];
}
function unexplainedLeaks({ expect }, { leaks }) {
  const explained = leaks.length <= expect.closesRefused && leaks.every(isOneDescriptorMore);
  return explained ? [] : leaks;
}
function isOneDescriptorMore(leak) {
  const match = /^descriptor .*: (\d+) before, (\d+) after$/.exec(leak);
  return match !== null && Number(match[2]) === Number(match[1]) + 1;
}
function wayOf(faultCase, run, strike, seen, index) {
  const tried = faultCase.expect.ways.filter((way) => way.kind !== "node").filter((way) => way.kind !== "error" || way.strike === void 0 || way.strike.test(strike)).map((way) => ({ way: way.kind, problems: against(way, faultCase, run, seen, index) }));
  const right = tried.find(({ problems }) => problems.length === 0);
  return right ?? tried[0];
}
function against(way, faultCase, run, seen, index) {
  const { combination, expect, order } = faultCase;
  const problems = [];
  const demand = (holds, problem) => void (holds || problems.push(problem));
  const told = (error) => `${error?.name} ${error?.code} ${error?.message}`;
  demand(seen.echoed.intact, "stdout holds bytes that were not sent");
  if (way.kind === "error") {
    const right = seen.error?.name === way.name && way.codes.includes(seen.error.code);
    demand(right, `not ${way.name} ${way.codes.join(" or ")}, but ${told(seen.error)}`);
    demand(seen.status === null, "there is a status beside the error");
    return problems;
  }
  demand(seen.error === null, `an error: ${told(seen.error)}`);
  if (seen.error !== null) return problems;
  if (way.kind === "wire error") {
    const { wireError } = seen;
    demand(way.codes.includes(wireError?.code ?? ""), `the wire's error is ${told(wireError)}`);
  } else {
    demand(seen.wireError === null, `the wire broke: ${told(seen.wireError)}`);
    if (expect.echo === "all") {
      const all = seen.echoed.bytes === order.wireBytes;
      demand(all, `${seen.echoed.bytes} of ${order.wireBytes} bytes came back`);
    }
  }
  if (expect.status !== null) {
    const [is, shall] = [JSON.stringify(seen.status), JSON.stringify(expect.status)];
    demand(is === shall, `the status is ${is}, not ${shall}`);
  }
  const fallsBack = way.kind === "fallback";
  const backend = fallsBack ? way.backend : combination.backend;
  demand(seen.backend === backend, `the backend is ${seen.backend}, not ${backend}`);
  const times = seen.fallbacks.length;
  demand(times === Number(fallsBack), `a fallback was told ${times} times`);
  const payload = payloadOf(order.payloadBytes, "line");
  const captured = run.captured[index];
  const capturesNothing = expect.capture === "nothing" || backend === "inherit";
  if (capturesNothing) {
    demand(captured.length === 0, `${captured.length} bytes were captured of what is inherited`);
  } else if (way.kind === "capture ends") {
    demand(way.ended.includes(seen.ended ?? ""), `the capture ended by ${seen.ended}`);
    demand(payload.indexOf(captured) >= 0, "the capture holds bytes that were not written");
  } else {
    demand(expect.ended.includes(seen.ended ?? ""), `the capture ended by ${seen.ended}`);
    const right = captured.equals(payload.subarray(-STDERR_BUFFER_CAP));
    const count = `${seen.totalBytes} bytes of ${payload.length}`;
    demand(
      right && seen.totalBytes === payload.length,
      `the capture is not what was written: ${count}`
    );
  }
  const mayBeCut = way.kind === "capture ends" || way.kind === "forwarding ends";
  if (expect.shown === "payload" && !mayBeCut) {
    const problem = shownWrongly(withoutWarnings(run.shown), payload, order.connections);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}
var withoutWarnings = (shown) => Buffer.from(shown.toString("latin1").replace(/^\((?:node:\d+\)|Use `node).*\n/gm, ""), "latin1");
function shownWrongly(shown, payload, connections) {
  if (connections === 1) {
    const at = shown.indexOf(payload);
    if (payload.length === 0) return null;
    if (at < 0) return `fd 2 does not hold what was written: ${shown.length} bytes are there`;
    return shown.indexOf(payload, at + 1) < 0 ? null : "fd 2 holds what was written twice";
  }
  const count = shown.toString("latin1").match(/^line \d{7}$/gm)?.length ?? 0;
  const shall = (payload.toString("latin1").match(/\n/g)?.length ?? 0) * connections;
  return count === shall ? null : `fd 2 holds ${count} lines, not ${shall}`;
}

// src/run/run-probe.ts
import { spawn as spawn2 } from "child_process";
import { once as once2 } from "events";
import { existsSync as existsSync2, mkdirSync as mkdirSync2, readFileSync as readFileSync3 } from "fs";
import path3 from "path";
import { setTimeout as sleep } from "timers/promises";
import { fileURLToPath } from "url";

// src/run/probe-stderr.ts
import { execFileSync } from "child_process";
import {
  closeSync,
  constants,
  openSync,
  readFileSync as readFileSync2,
  readSync,
  truncateSync,
  writeFileSync as writeFileSync2
} from "fs";
import path2 from "path";
var LATE_MS = 300;
var SLOW_BYTES = 4096;
var READ_EVERY_MS = 5;
var FILE_LIMIT_BLOCKS = 4096;
var ROOM_BYTES = 100;
function openStderr(kind, folder) {
  switch (kind) {
    case "full device":
      return onlyWritten(openSync("/dev/full", "w"), () => Buffer.alloc(0));
    case "pipe that is read late":
      return readPipe(folder, LATE_MS, 1048576);
    case "pipe that is read slowly":
      return readPipe(folder, 0, SLOW_BYTES);
    case "pipe without a reader": {
      const pipe = openPipe(folder);
      closeSync(pipe.read);
      return onlyWritten(pipe.write, () => Buffer.alloc(0));
    }
    case "file at its limit": {
      const file = path2.join(folder, "stderr");
      writeFileSync2(file, "");
      truncateSync(file, FILE_LIMIT_BLOCKS * 512 - ROOM_BYTES);
      return onlyWritten(openSync(file, "a"), () => Buffer.alloc(0));
    }
    case "file":
    case "closed": {
      const file = path2.join(folder, "stderr");
      writeFileSync2(file, "");
      return onlyWritten(openSync(file, "a"), () => readFileSync2(file));
    }
  }
}
function onlyWritten(fd, finish) {
  return { fd, started: () => closeSync(fd), finish };
}
function openPipe(folder) {
  const file = path2.join(folder, "fifo");
  execFileSync("mkfifo", [file]);
  const read = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(file, constants.O_WRONLY) };
}
function readPipe(folder, afterMs, mostBytes) {
  const pipe = openPipe(folder);
  const buffer = Buffer.alloc(mostBytes);
  const chunks = [];
  const readOnce = () => {
    try {
      const count = readSync(pipe.read, buffer);
      if (count > 0) chunks.push(Buffer.from(buffer.subarray(0, count)));
      return count > 0;
    } catch {
      return false;
    }
  };
  let timer = setTimeout(() => {
    timer = setInterval(readOnce, READ_EVERY_MS);
  }, afterMs);
  return {
    fd: pipe.write,
    started: () => closeSync(pipe.write),
    finish() {
      clearInterval(timer);
      while (readOnce()) ;
      closeSync(pipe.read);
      return Buffer.concat(chunks);
    }
  };
}

// src/run/run-probe.ts
var PROBE = fileURLToPath(new URL("./probe.js", import.meta.url));
var FEW_DESCRIPTORS = 96;
var FENCE_LOOK_MS = 4;
async function runProbe(request) {
  const { folder, order, signal } = request;
  const stderr = openStderr(request.stderr, folder);
  const probe = start(request, stderr.fd);
  stderr.started();
  const ended = once2(probe, "exit");
  let hung = false;
  const killAll = () => killGroup(probe);
  const deadline = setTimeout(() => {
    hung = true;
    killAll();
  }, request.deadlineMs);
  signal.addEventListener("abort", killAll, { once: true });
  let tracer = null;
  try {
    if (order.fenced) {
      const gone = ended.then(() => "gone");
      if (await fence(folder, "begin", gone)) {
        tracer = await attach(request);
        open(folder, "begin");
        await fence(folder, "end", gone);
        await tracer?.detach();
        open(folder, "end");
      }
    }
    const [code, killedBy] = await ended;
    return {
      ...leftIn(folder),
      code,
      killedBy,
      hung,
      shown: stderr.finish(),
      calls: tracer?.lines() ?? []
    };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener("abort", killAll);
    killAll();
    await tracer?.detach();
  }
}
function start({ order, stderr, nodeOptions, folder }, fd) {
  const condition = order.combination.flag === "on" ? ["-C", "ssh-socketpair-stderr"] : [];
  const node = [process.execPath, ...condition, ...nodeOptions, PROBE, JSON.stringify(order)];
  const limits = [
    ...order.arrange.kind === "spare descriptors" ? [`ulimit -n ${FEW_DESCRIPTORS}`] : [],
    ...stderr === "file at its limit" ? [`ulimit -f ${FILE_LIMIT_BLOCKS}`] : []
  ];
  const closing = stderr === "closed" ? " 2>&-" : "";
  const shell = [...limits, `exec "$@"${closing}`].join("; ");
  return spawn2("/bin/sh", ["-c", shell, "sh", ...node], {
    cwd: folder,
    // A group of its own, so that the deadline ends its children, too.
    detached: true,
    stdio: ["ignore", "ignore", fd],
    // Without them Node starts later, or calls the kernel otherwise.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: "", NODE_OPTIONS: "", UV_USE_IO_URING: "0" }
  });
}
async function attach({ folder, order, trace }) {
  if (trace === null) return null;
  const threads = JSON.parse(readFileSync3(path3.join(folder, "threads.json"), "utf8"));
  const isCallers = trace.thread === "caller" || trace.thread === "starting";
  const isAlone = order.combination.transport === "async";
  const thread = isCallers || isAlone ? threads.caller : threads.drain;
  if (thread === 0) throw new Error("the probe does not know its drain thread");
  return Tracer.attach(thread, trace.what, {
    follow: trace.thread === "child" || trace.thread === "starting",
    log: path3.join(folder, "calls")
  });
}
async function fence(folder, point, gone) {
  const at = path3.join(folder, point);
  while (!existsSync2(at)) {
    if (await Promise.race([sleep(FENCE_LOOK_MS), gone]) === "gone") return existsSync2(at);
  }
  return true;
}
var open = (folder, point) => mkdirSync2(path3.join(folder, `${point}.go`));
function leftIn(folder) {
  const file = path3.join(folder, "result.json");
  if (!existsSync2(file)) return { observation: null, captured: [] };
  const observation = JSON.parse(readFileSync3(file, "utf8"));
  const captured = observation.connections.map(
    (_, i) => readFileSync3(path3.join(folder, `captured.${i}`))
  );
  return { observation, captured };
}
function killGroup(probe) {
  try {
    process.kill(-probe.pid, "SIGKILL");
  } catch {
  }
}

// src/run/run-case.ts
async function runCase(faultCase, stage, signal) {
  const { order, stderr, nodeOptions, injection, deadlineMs } = faultCase;
  const from = performance.now();
  const run = await runProbe({
    order,
    stderr,
    nodeOptions,
    folder: stage.case(order.wireBytes, order.payloadBytes),
    trace: injection && { thread: injection.thread, what: injecting(injection) },
    deadlineMs,
    signal
  });
  const seconds = (performance.now() - from) / 1e3;
  const strike = run.calls.find(({ injected }) => injected)?.text ?? null;
  return { case: faultCase, verdict: judge(faultCase, run), seconds, strike };
}

export {
  COMBINATIONS,
  nameOf,
  RESULT,
  spawnError,
  DEADLINE_MS,
  TALK,
  TALK_AT_ONCE,
  makeCase,
  whyNoStrace,
  runProbe,
  Stage,
  runCase
};
