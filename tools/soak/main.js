import {
  LEAST_LONG_MS,
  blobProblems,
  mebibytes,
  runBlob,
  runSoak
} from "./chunk-AYVOLFUF.js";
import "./chunk-BPCHXMC3.js";

// src/main.ts
import { command, interruption, number, oneLine } from "@rsync-io/command";

// src/report.ts
function figuresLine(figures, seconds) {
  const sum = (of) => figures.reduce((all2, one) => all2 + of(one), 0);
  const most = (of) => Math.max(...figures.map(of));
  const all = sum(({ connections }) => connections);
  const ms = (value) => `${value.toFixed(0)} ms`;
  const each = figures.map(({ transport, census }) => {
    const { descriptors, threads, children, memory } = census;
    return `${transport}: ${descriptors} fds, ${threads} threads, ${children} children, ${mebibytes(memory)}`;
  });
  return [
    `${seconds.toFixed(0)} s`,
    `${all} connections (${(all / seconds).toFixed(0)}/s)`,
    mebibytes(sum(({ bytes }) => bytes)),
    `${sum(({ lostBytes }) => lostBytes)} lost`,
    `spawn \u2264 ${ms(most(({ worstSpawnMs }) => worstSpawnMs))}`,
    `wait \u2264 ${ms(most(({ worstWaitMs }) => worstWaitMs))}`,
    ...each
  ].join("  ");
}
function reportText(report) {
  const { connections, bytes, lostBytes, leftOver, seconds, problems, histories } = report;
  const rate = (connections / seconds).toFixed(0);
  const lines = [
    `${connections} connections in ${seconds.toFixed(0)} s (${rate}/s), ${mebibytes(bytes)} of stderr, ${lostBytes} bytes lost, ${leftOver} processes left over`,
    ...histories.flatMap(({ transport, last, memory, heap, ms }) => {
      if (last === null) return [];
      const { idle, census } = last;
      const judged = ms >= LEAST_LONG_MS ? "" : " (too short a run to judge memory)";
      return [
        `  ${transport}: ${last.connections} connections, ${last.withGrandchild} with a grandchild (${last.seenLate} seen late)`,
        `    descriptors ${idle.descriptors} \u2192 ${census.descriptors}, threads ${idle.threads} \u2192 ${census.threads}, children ${census.children}`,
        `    memory ${trendText(memory)}; heap ${trendText(heap)}${judged}`,
        `    worst: spawn ${last.worstSpawnMs.toFixed(0)} ms, wait after the end ${last.worstWaitMs.toFixed(1)} ms, whole ${last.worstWholeMs.toFixed(0)} ms`
      ];
    }),
    ...problems.map((problem) => `  \u2717 ${problem}`),
    problems.length === 0 ? "Nothing lost, nothing leaked." : `${problems.length} problems.`
  ];
  return `${lines.join("\n")}
`;
}
function trendText({ early, late, perConnection }) {
  return `${mebibytes(early)} \u2192 ${mebibytes(late)} (${perConnection.toFixed(0)} bytes a connection)`;
}
function blobLine({ stderrBytes, wireBytes, connections, memory }) {
  return `${mebibytes(stderrBytes)} of stderr, ${mebibytes(wireBytes)} by the wire, ${connections} connections beside, memory ${mebibytes(memory)}`;
}
function blobText(figures, problems) {
  const lines = [
    `${mebibytes(figures.stderrBytes)} of stderr and ${mebibytes(figures.wireBytes)} by the wire in ${figures.seconds.toFixed(0)} s; checksums ${figures.checksumsAgree ? "agree" : "differ"}; ${figures.beside} connections beside, ${figures.besideFaults} faults; memory grew by at most ${mebibytes(figures.growth)}`,
    ...problems.map((problem) => `  \u2717 ${problem}`)
  ];
  return `${lines.join("\n")}
`;
}

// src/main.ts
var HELP = `Usage: npm run soak [-- OPTIONS]

A mixed workload on both transports: short and long stderr, payloads by the wire, grandchildren that keep fd 2,
floods, kills, aborts, stalls; everything that a child wrote is checked to the byte. Ends with what was lost,
what leaked, and the worst latencies.

  --minutes N   how long (default: 1)
  --jobs N      connections at a time on the asynchronous transport (default: 4)
  --seed N      the same workload again (default: the clock's)
  --blob        instead: 4 GiB of stderr without a newline on one connection, beside a thousand others
  --json        the report as JSON on stdout, progress on stderr
  --help        this text

Exit status: 0 nothing lost, nothing leaked; 1 something was; 2 wrong usage. Ctrl-C ends it early, with its report.
`;
var FAILED = 1;
await command({
  name: "soak",
  help: HELP,
  options: {
    minutes: { type: "string", default: "1" },
    jobs: { type: "string", default: "4" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
    blob: { type: "boolean", default: false },
    json: { type: "boolean", default: false }
  },
  read: ({ minutes, jobs, seed, ...rest }) => ({
    ...rest,
    minutes: number("--minutes", minutes, { least: 0.05, most: 24 * 60 }),
    jobs: number("--jobs", jobs, { least: 1, most: 64, whole: true }),
    seed: number("--seed", seed, { least: 0, most: 2 ** 32 - 1, whole: true })
  }),
  run: (request) => request.blob ? blob(request.json) : soak(request)
});
async function soak({ minutes, jobs, seed, json }) {
  const stream = json ? process.stderr : process.stdout;
  const started = performance.now();
  stream.write(
    `seed ${seed}, ${minutes} minutes, ${jobs} connections at a time by async and 3 by sync
`
  );
  const report = await runSoak({
    ms: minutes * 6e4,
    seed,
    jobs,
    onFigures: (figures) => {
      showProgress(stream, figuresLine(figures, (performance.now() - started) / 1e3));
    },
    signal: interruption()
  });
  stream.write(`${stream.isTTY ? "\n" : ""}
${reportText(report)}`);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}
`);
  return report.problems.length === 0 ? 0 : FAILED;
}
async function blob(json) {
  const stream = json ? process.stderr : process.stdout;
  stream.write("4 GiB of stderr without a newline, a wire of 256 MiB, 1000 connections beside \u2026\n");
  const figures = await runBlob({
    gibibytes: 4,
    beside: 1e3,
    onProgress: (progress) => showProgress(stream, blobLine(progress)),
    signal: interruption()
  });
  if (figures === null) {
    stream.write("\nIt did not come to its end.\n");
    return FAILED;
  }
  const found = blobProblems(figures);
  stream.write(`${stream.isTTY ? "\n" : ""}${blobText(figures, found)}`);
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, problems: found }, null, 2)}
`);
  return found.length === 0 ? 0 : FAILED;
}
function showProgress(stream, line) {
  if (stream.isTTY) oneLine(stream).put(line);
  else stream.write(`${line}
`);
}
