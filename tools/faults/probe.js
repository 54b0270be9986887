import {
  DRAIN_THREAD_ID,
  thread_id_backend_default
} from "./chunk-KTULVNYT.js";
import {
  faultyBackend
} from "./chunk-GSFWENKA.js";

// src/probe/main.ts
import { openSync as openSync2, readFileSync as readFileSync2, renameSync, writeFileSync as writeFileSync2 } from "fs";
import { setTimeout as sleep } from "timers/promises";
import {
  fallbackChannel
} from "@rsync-io/aux-channel";
import { pipeBackend as pipeBackend2 } from "@rsync-io/pipe";

// src/probe/arrange.ts
import { closeSync, openSync } from "fs";
import { Writable } from "stream";
import { WarningQueue } from "@rsync-io/aux-channel";
import { pipeBackend } from "@rsync-io/pipe";
import { socketpairBackend } from "@rsync-io/socketpair";
function backendsOf(order2) {
  switch (order2.combination.backend) {
    case "socketpair":
      return [socketpairBackend, pipeBackend];
    case "pipe":
      return [pipeBackend];
    case "inherit":
      return [];
  }
}
function arrange(order2) {
  const backends = backendsOf(order2);
  const plain = { options: { backends }, tookPlace: () => true, undo: () => {
  } };
  const { arrange: what } = order2;
  switch (what.kind) {
    case "nothing":
      return plain;
    case "spare descriptors":
      return { ...plain, ...spareDescriptors(what.spare) };
    case "backend":
      return { ...plain, options: { backends: [faultyBackend(what.does), pipeBackend] } };
    case "fd 2 does not block":
      return plain;
    default:
      return { ...plain, ...callback(what, order2) };
  }
}
function spareDescriptors(spare) {
  const taken = [];
  try {
    for (; ; ) taken.push(openSync("/dev/null", "r"));
  } catch {
  }
  const ranOut = taken.length > spare;
  for (let i = 0; i < spare; i++) closeSync(taken.pop());
  return {
    tookPlace: () => ranOut,
    undo: () => taken.splice(0).forEach((fd) => closeSync(fd))
  };
}
function callback(what, order2) {
  const backends = backendsOf(order2);
  let called = 0;
  const fail = () => {
    called += 1;
    throw new Error("planted in a callback");
  };
  const tookPlace = () => called > 0;
  const undo = () => {
  };
  switch (what.kind) {
    case "listener throws":
      return { options: { backends, warnings: fail }, tookPlace, undo };
    case "sink throws":
      return { options: { backends, forward: { to: fail } }, tookPlace, undo };
    case "sink is destroyed": {
      const to = new Writable({ write: (_chunk, _encoding, done) => (called++, done()) });
      to.on("error", () => {
      });
      to.destroy(new Error("planted in a stream"));
      return { options: { backends, forward: { to } }, tookPlace: () => to.destroyed, undo };
    }
    case "queue of one line": {
      const warnings = order2.combination.transport === "sync" ? { capacity: 1 } : new WarningQueue({ capacity: 1 });
      return { options: { backends, warnings }, tookPlace: () => true, undo };
    }
    default:
      throw new Error(`No callback: ${what.kind}`);
  }
}
var asSync = (options) => options;

// src/probe/census.ts
import { readdirSync, readFileSync, readlinkSync } from "fs";
function census() {
  const counted = /* @__PURE__ */ new Map();
  const count = (what) => counted.set(what, (counted.get(what) ?? 0) + 1);
  for (const fd of readdirSync("/proc/self/fd")) {
    const target = targetOf(fd);
    if (target !== null)
      count(`descriptor ${target.replace(/\[\d+\]$/, "").replace(process.cwd(), ".")}`);
  }
  for (const task of readdirSync("/proc/self/task")) {
    count("thread");
    for (const child of childrenOf(task)) count(`child ${child}`);
  }
  for (const resource of process.getActiveResourcesInfo()) count(`handle ${resource}`);
  return counted;
}
function differences(before2, after2) {
  return [.../* @__PURE__ */ new Set([...before2.keys(), ...after2.keys()])].flatMap((what) => {
    const [was, is] = [before2.get(what) ?? 0, after2.get(what) ?? 0];
    return was === is ? [] : [`${what}: ${was} before, ${is} after`];
  });
}
function targetOf(fd) {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}
function childrenOf(task) {
  try {
    const text = readFileSync(`/proc/self/task/${task}/children`, "utf8");
    return text.split(" ").filter((pid) => pid !== "");
  } catch {
    return [];
  }
}

// src/probe/command.ts
import { SshCommand } from "@rsync-io/aux-channel";
function commandOf(order2) {
  const { count, bytes } = order2.padding ?? { count: 0, bytes: 0 };
  const padding = Array.from({ length: count }, () => "x".repeat(bytes));
  return SshCommand.raw(order2.program ?? "/bin/sh", ["-c", order2.script, "sh", ...padding], {
    label: "probe",
    env: { PATH: process.env["PATH"], PAYLOAD: `${process.cwd()}/payload`, FOLDER: process.cwd() },
    ...order2.cwd !== null && { cwd: order2.cwd }
  });
}
var PLAIN = {
  // Whatever is wrong with an fd 2 that it inherits.
  script: "trap '' PIPE XFSZ; cat; echo plain >&2; exit 5",
  connections: 1
};
var PLAIN_WIRE_BYTES = 10;
var PLAIN_STATUS = 5;

// src/probe/rendezvous.ts
import { existsSync, mkdirSync } from "fs";
var LOOK_EVERY_MS = 2;
var neverWoken = new Int32Array(new SharedArrayBuffer(4));
function meet(point) {
  mkdirSync(point);
  while (!existsSync(`${point}.go`)) Atomics.wait(neverWoken, 0, 0, LOOK_EVERY_MS);
}

// src/probe/run-async.ts
import { once } from "events";
import { AsyncSshTransport } from "@rsync-io/transport-async";

// src/probe/seen.ts
import { writeFileSync } from "fs";
var Seen = class {
  error = null;
  wireError = null;
  status = null;
  snapshot = null;
  #sent;
  #echoed = 0;
  #intact = true;
  constructor(sent) {
    this.#sent = sent;
  }
  get echoed() {
    return this.#echoed;
  }
  echo(chunk) {
    const expected = this.#sent.subarray(this.#echoed, this.#echoed + chunk.length);
    if (Buffer.compare(chunk, expected) !== 0) this.#intact = false;
    this.#echoed += chunk.length;
  }
  /** Leaves the captured bytes in the folder, for the judge. */
  told(index, fallbacks2, plant) {
    const bytes = this.snapshot?.bytes ?? new Uint8Array(0);
    writeFileSync(`captured.${index}`, plant === "lost byte" ? bytes.subarray(1) : bytes);
    return {
      error: errorSeen(this.error),
      wireError: errorSeen(this.wireError),
      status: this.status && { code: this.status.code, signal: this.status.signal },
      echoed: { bytes: this.#echoed, intact: this.#intact },
      backend: this.snapshot?.backend ?? null,
      ended: this.snapshot?.ended ?? null,
      totalBytes: this.snapshot?.totalBytes ?? 0,
      droppedWarnings: this.snapshot?.droppedWarnings ?? 0,
      fallbacks: fallbacks2
    };
  }
};
function errorSeen(error) {
  if (error === null) return null;
  if (!(error instanceof Error)) return { name: typeof error, code: null, message: String(error) };
  const { name, message } = error;
  return { name, message, code: error.code ?? null };
}

// src/probe/run-async.ts
async function runAsync(command, wire2, options, { during, readsToEnd }) {
  const seen = new Seen(wire2);
  const abortion = new AbortController();
  try {
    const transport = await AsyncSshTransport.spawn(command, {
      ...options,
      ...during?.kind === "abort" && { signal: abortion.signal }
    });
    const stdin = transport.stdin;
    const stdout = transport.stdout;
    const breaks = (error) => void (seen.wireError ??= error);
    stdin.on("error", breaks);
    if (wire2.length > 0) stdin.write(wire2);
    stdin.end();
    stdout.on("error", breaks).on("data", (chunk) => seen.echo(chunk));
    const closed = once(stdout, "close").catch(() => {
    });
    if (during !== null) {
      await firstByte(stdout);
      if (during.kind === "kill") transport.kill(during.signal);
      if (during.kind === "abort") abortion.abort(new Error("aborted by the caller"));
      if (during.kind === "dispose") await transport[Symbol.asyncDispose]();
    }
    try {
      seen.status = (await transport.waitWithStderr()).status;
      if (during === null && readsToEnd) await closed;
    } finally {
      await transport[Symbol.asyncDispose]();
      seen.snapshot = transport.stderrSnapshot();
    }
  } catch (error) {
    seen.error = error;
  }
  return seen;
}
var firstByte = (stdout) => once(stdout, "data");

// src/probe/run-sync.ts
import { SshConnection } from "@rsync-io/transport-sync";
function runSync(commands, wire2, options, how) {
  const all2 = commands.map((command) => {
    const seen = new Seen(wire2);
    return { seen, connection: attempt(seen, () => SshConnection.spawn(command, options)) };
  });
  for (const { seen, connection } of all2) {
    if (connection !== null) attempt(seen, () => finish(connection, seen, wire2, how));
  }
  return all2.map(({ seen }) => seen);
}
function finish(connection, seen, wire2, how) {
  const { during, readsToEnd } = how;
  const buffer = new Uint8Array(65536);
  try {
    try {
      connection.writeAll(wire2);
      connection.closeStdin();
      if (during !== null) seen.echo(buffer.subarray(0, connection.read(buffer)));
      if (during?.kind === "kill") connection.kill(during.signal);
      if (during?.kind === "dispose") connection[Symbol.dispose]();
      const goesOn = () => during === null && (readsToEnd || seen.echoed < wire2.length);
      for (let n; goesOn() && (n = connection.read(buffer)) > 0; ) seen.echo(buffer.subarray(0, n));
    } catch (error) {
      seen.wireError = error;
    }
    seen.status = connection.waitWithStderr().status;
  } finally {
    connection[Symbol.dispose]();
    seen.snapshot = connection.stderrSnapshot();
  }
}
function attempt(seen, act) {
  try {
    return act();
  } catch (error) {
    seen.error ??= error;
    return null;
  }
}

// src/probe/main.ts
var SETTLE_MS = 3e3;
var SETTLE_LOOK_MS = 10;
var order = JSON.parse(process.argv[2]);
var wire = readFileSync2("wire").subarray(0, order.wireBytes);
var stray = [];
var tellStray = (error) => void stray.push(errorSeen(error));
process.on("uncaughtException", tellStray);
process.on("unhandledRejection", tellStray);
var fallbacks = [];
fallbackChannel.subscribe((message) => {
  const { backend, fallback } = message;
  fallbacks.push(`${backend} > ${fallback}`);
});
var isSync = order.combination.transport === "sync";
if (order.warmUp !== "none") {
  const own = order.warmUp === "pipe" ? [pipeBackend2] : backendsOf(order);
  if (isSync) await plainConnection({ backends: [thread_id_backend_default], forward: false });
  await plainConnection({ backends: own, forward: false });
}
fallbacks.length = 0;
writeFileSync2(
  "threads.json",
  JSON.stringify({ caller: process.pid, drain: Number(process.env[DRAIN_THREAD_ID] ?? 0) })
);
if (order.arrange.kind === "fd 2 does not block") void process.stderr;
await settled();
var before = order.reference === null ? census() : new Map(order.reference);
if (order.fenced) meet("begin");
if (order.plant === "hang") for (; ; ) ;
var arranged = arrange(order);
var all = await section(order, arranged.options, wire).finally(arranged.undo);
if (order.fenced) meet("end");
var told = [...fallbacks];
var next = await plainConnection({ backends: backendsOf(order), forward: false }).then(
  () => null,
  (error) => String(error)
);
if (order.plant === "leak") openSync2("/dev/null", "r");
var { leaks, after } = await leftOver(before);
var observation = {
  connections: all.map((seen, index) => seen.told(index, told, order.plant)),
  next,
  leaks,
  census: [...after],
  stray,
  arranged: arranged.tookPlace()
};
writeFileSync2("result.part", JSON.stringify(observation));
renameSync("result.part", "result.json");
async function section(order2, options, wire2) {
  const commands = Array.from({ length: order2.connections }, () => commandOf(order2));
  if (isSync) return runSync(commands, wire2, asSync(options), order2);
  return Promise.all(commands.map((command) => runAsync(command, wire2, options, order2)));
}
async function plainConnection(options) {
  const [seen] = await section(
    { ...order, ...PLAIN, program: null, padding: null, cwd: null, during: null, readsToEnd: true },
    options,
    wire.subarray(0, PLAIN_WIRE_BYTES)
  );
  const { error, status } = seen;
  if (error !== null) throw error;
  if (status?.code !== PLAIN_STATUS) throw new Error(`a plain child ended with ${status?.code}`);
}
async function leftOver(before2) {
  const deadline = performance.now() + SETTLE_MS;
  for (; ; ) {
    const after2 = census();
    const leaks2 = differences(before2, after2);
    if (leaks2.length === 0 || performance.now() > deadline) return { leaks: leaks2, after: after2 };
    await sleep(SETTLE_LOOK_MS);
  }
}
async function settled() {
  let last = census();
  for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline; ) {
    await sleep(SETTLE_LOOK_MS);
    const now = census();
    if (differences(last, now).length === 0) return;
    last = now;
  }
}
