// src/verdict.ts
var LEAST_LONG_MS = 12e4;
var FLAT_BYTES = 16 * 2 ** 20;
var FLAT_HEAP_BYTES = 2 * 2 ** 20;
var MOST_SEEN_LATE = 0.05;
function problems({ transport, memory, heap, last, ms }) {
  if (last === null) return [`${transport}: the worker told nothing`];
  const found = [...last.faults.map((fault) => `${transport}: ${fault}`)];
  const tell = (what) => found.push(`${transport}: ${what}`);
  if (last.faultCount > last.faults.length) {
    tell(`${last.faultCount - last.faults.length} more faults`);
  }
  if (last.lostBytes > 0) tell(`${last.lostBytes} bytes were lost`);
  if (last.seenLate > 3 && last.seenLate > last.withGrandchild * MOST_SEEN_LATE) {
    tell(`${last.seenLate} of ${last.withGrandchild} waits lasted as long as a grandchild`);
  }
  if (!last.settled) {
    tell("the worker did not come to its end");
    return found;
  }
  const leaked = (what, before) => {
    const now = last.census[what];
    if (now > before) tell(`${now - before} ${what} leaked (${before} \u2192 ${now})`);
  };
  leaked("children", 0);
  leaked("descriptors", last.idle.descriptors);
  leaked("threads", last.idle.threads);
  const grown = (what, { early, late }, flat) => {
    if (ms >= LEAST_LONG_MS && late - early > flat) {
      tell(`${what} grew by ${mebibytes(late - early)} from the second quarter to the last`);
    }
  };
  grown("memory", memory, FLAT_BYTES);
  grown("the heap", heap, FLAT_HEAP_BYTES);
  return found;
}
var mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
function blobProblems(figures) {
  const found = [];
  const { stderrBytes, wantedStderrBytes, checksumsAgree, besideFaults, growth } = figures;
  if (stderrBytes !== wantedStderrBytes) {
    found.push(`${stderrBytes} bytes of stderr came, not ${wantedStderrBytes}`);
  }
  if (!figures.tailIsRight) found.push("the captured tail is not what was written last");
  if (!checksumsAgree) found.push("the wire returned other bytes than were sent");
  if (besideFaults > 0) found.push(`${besideFaults} connections beside it went wrong`);
  if (growth > 2 * FLAT_BYTES) found.push(`memory grew by ${mebibytes(growth)}`);
  return found;
}

// src/left-over.ts
import { randomBytes } from "crypto";
import { readdirSync, readFileSync } from "fs";
var MARK = "RSYNC_IO_SOAK_RUN";
var PATIENCE_MS = 1e4;
function markedRun(patienceMs = PATIENCE_MS) {
  const mark = `${MARK}=${process.pid}-${randomBytes(8).toString("hex")}`;
  const [name, value] = mark.split("=");
  return {
    env: { ...process.env, [name]: value },
    endLeftOver: async () => {
      const deadline = performance.now() + patienceMs;
      while (marked(mark).length > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const left = marked(mark);
      for (const pid of left) end(pid);
      return left.length;
    }
  };
}
function marked(mark) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => environmentOf(pid).split("\0").includes(mark));
}
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
function end(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
  }
}

// src/worker-process.ts
import { spawn } from "child_process";
import { createInterface } from "readline";
import { fileURLToPath } from "url";
var HEAP = ["--expose-gc", "--max-old-space-size=48", "--max-semi-space-size=1"];
async function* workerLines(name, args, { env, deadlineMs, signal, graceMs }) {
  const program = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const worker = spawn(process.execPath, [...HEAP, program, ...args], {
    // Its stdin is never written to: its end says that we are gone.
    stdio: ["pipe", "pipe", "inherit"],
    env,
    // Out of the terminal's foreground: Ctrl-C is for us, and must not reach the children there.
    detached: true
  });
  const kill = () => void worker.kill("SIGKILL");
  let deadline = setTimeout(kill, deadlineMs);
  const stop = () => {
    worker.kill("SIGTERM");
    clearTimeout(deadline);
    deadline = setTimeout(kill, graceMs);
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    for await (const line of createInterface({ input: worker.stdout })) yield JSON.parse(line);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", stop);
    kill();
  }
}

// src/run-blob.ts
var DEADLINE_MS = 15 * 6e4;
async function runBlob(options) {
  const { gibibytes, beside, onProgress, signal } = options;
  const { env, endLeftOver } = markedRun();
  const args = ["--gibibytes", String(gibibytes), "--beside", String(beside)];
  const worker = { env, deadlineMs: DEADLINE_MS, signal, graceMs: 0 };
  let figures = null;
  for await (const line of workerLines("blob", args, worker)) {
    const told = line;
    if ("seconds" in told) figures = told;
    else onProgress?.(told);
  }
  await endLeftOver();
  return figures;
}

// src/trend.ts
function trend(samples, of) {
  const end2 = samples.at(-1)?.ms ?? 0;
  const between = (from, to) => samples.filter(({ ms }) => ms >= from * end2 && ms <= to * end2);
  const value = ({ figures }) => figures.census[of];
  return {
    early: median(between(0.25, 0.5).map(value)),
    late: median(between(0.75, 1).map(value)),
    perConnection: slope(
      between(0.25, 1).map((sample) => [sample.figures.connections, value(sample)])
    )
  };
}
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
function slope(points) {
  const mean = (axis) => points.reduce((sum, at) => sum + at[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, at) => sum + (at[0] - x) ** 2, 0);
  return over > 0 ? points.reduce((sum, at) => sum + (at[0] - x) * (at[1] - y), 0) / over : 0;
}

// src/run-soak.ts
var GRACE_MS = 45e3;
async function runSoak(options) {
  const started = performance.now();
  const run = markedRun(options.patienceMs);
  const latest = /* @__PURE__ */ new Map();
  const onFigures = (figures) => {
    latest.set(figures.transport, figures);
    options.onFigures?.([...latest.values()]);
  };
  const histories = await Promise.all(
    ["async", "sync"].map(
      (transport) => runWorker(transport, options, run.env, onFigures)
    )
  );
  const leftOver = await run.endLeftOver();
  const sum = (of) => histories.reduce((total, { last }) => total + (last === null ? 0 : of(last)), 0);
  return {
    seed: options.seed,
    seconds: (performance.now() - started) / 1e3,
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    lostBytes: sum(({ lostBytes }) => lostBytes),
    leftOver,
    problems: [
      ...histories.flatMap(problems),
      ...leftOver > 0 ? [`${leftOver} processes did not end by themselves`] : []
    ],
    histories
  };
}
async function runWorker(transport, { ms, seed, jobs, signal, plants = [] }, env, onFigures) {
  const started = performance.now();
  const every = Math.min(5e3, Math.max(500, ms / 20));
  const args = [
    ...["--seed", String(seed), "--jobs", String(jobs)],
    ...["--until", String(Date.now() + ms), "--every", String(every)],
    ...plants.flatMap((plant) => ["--plant", plant])
  ];
  const worker = { env, deadlineMs: ms + GRACE_MS, signal, graceMs: GRACE_MS };
  const samples = [];
  for await (const line of workerLines(`soak-${transport}`, args, worker)) {
    const figures = line;
    samples.push({ ms: performance.now() - started, figures });
    onFigures(figures);
  }
  return {
    transport,
    last: samples.at(-1)?.figures ?? null,
    memory: trend(samples, "memory"),
    heap: trend(samples, "heap"),
    ms: performance.now() - started
  };
}

export {
  LEAST_LONG_MS,
  FLAT_BYTES,
  FLAT_HEAP_BYTES,
  problems,
  mebibytes,
  blobProblems,
  runBlob,
  trend,
  runSoak
};
