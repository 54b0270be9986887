import {
  __callDispose,
  __using
} from "./chunk-BPCHXMC3.js";

// src/main.ts
import { fork } from "child_process";
import { once } from "events";
import { mkdirSync, mkdtempSync, rmSync } from "fs";
import { tmpdir } from "os";
import path from "path";
import { fileURLToPath } from "url";
import { command } from "@rsync-io/command";
import {
  embeddedSshClient,
  findPeers,
  makeAwkwardTree,
  startEmbeddedSshServer,
  startOpenSshServer
} from "@rsync-io/testkit";

// src/report.ts
var COLUMNS = [
  "",
  "flag",
  "step",
  "backend",
  "moved and verified",
  "stderr",
  "exit",
  "explanation"
];
function formatTable(results) {
  const rows = results.map((result) => [
    result.ok ? "\u2713" : "\u2717",
    result.flag,
    result.step,
    result.backend,
    result.moved || "\u2013",
    result.captured === null ? "inherited" : `${result.captured} B captured`,
    result.exit,
    result.explanation || "\u2013"
  ]);
  const widths = COLUMNS.map(
    (title, i) => Math.max(...[title, ...rows.map((row) => row[i] ?? "")].map((cell) => cell.length))
  );
  const line = (cells) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd();
  const rule = widths.map((width) => "\u2500".repeat(width));
  return [line(COLUMNS), line(rule), ...rows.map(line)].join("\n");
}

// src/main.ts
var HELP = `Usage: npm run demo [-- --json]

Moves a small tree with awkward names over SSH and back, makes some transfers fail, and shows for both
states of the flag ssh-socketpair-stderr what became of stderr. Uses the real rsync, ssh and sshd where they
are installed (npm run setup:peers), and else tar and an SSH server of its own, on 127.0.0.1.

  --json   the results as JSON, and nothing else, on stdout
  --help   this text

Exit status: 0 every step did what it should; 1 one did not; 2 wrong usage.
`;
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
await command({
  name: "demo",
  help: HELP,
  options: { json: { type: "boolean", default: false } },
  read: ({ json }) => json,
  run: async (json) => {
    try {
      return await demo(json);
    } catch (error) {
      process.stderr.write(`demo: ${error.message}
`);
      return 1;
    }
  }
});
async function runScenario(input, onStep) {
  const script = fileURLToPath(new URL("./scenario.js", import.meta.url));
  const execArgv = input.flag === "on" ? ["-C", "ssh-socketpair-stderr"] : [];
  const child = fork(script, [JSON.stringify(input)], {
    execArgv,
    stdio: ["ignore", "ignore", "pipe", "ipc"]
  });
  let passedThrough = "";
  child.stderr?.on("data", (chunk) => passedThrough += chunk.toString("latin1"));
  child.on("message", (result) => onStep(result));
  const stop = () => child.kill();
  process.once("exit", stop);
  const [code] = await once(child, "close");
  process.off("exit", stop);
  if (code !== 0) throw new Error(`the steps ended with status ${code}: ${passedThrough.trim()}`);
  return passedThrough.length;
}
async function demo(json) {
  const say = (text) => void (json ? 0 : process.stdout.write(`${text}
`));
  const peers = findPeers();
  const mover = peers.rsync ? "rsync" : "tar";
  if (mover === "tar" && peers.tar === null) {
    throw new Error("neither rsync nor tar is installed; install one of them");
  }
  const client = peers.ssh ? { program: peers.ssh.path, args: [] } : { program: process.execPath, args: [embeddedSshClient()] };
  const folder = mkdtempSync(path.join(tmpdir(), "rsync-io-demo-"));
  const results = [];
  const inherited = {};
  try {
    var _stack = [];
    try {
      const server = __using(_stack, peers.sshd && peers.ssh ? await startOpenSshServer() : await startEmbeddedSshServer(), true);
      say(`server  ${server.description} on ${server.host}:${server.port}`);
      say(
        `client  ${peers.ssh ? `ssh (${peers.ssh.version})` : "embedded SSH client (ssh2): no ssh is installed"}`
      );
      say(
        `mover   ${peers.rsync ? peers.rsync.version : "tar, on both sides: no rsync is installed"}
`
      );
      for (const flag of ["off", "on"]) {
        const own = path.join(folder, flag);
        mkdirSync(path.join(own, "source"), { recursive: true });
        const tree = makeAwkwardTree(path.join(own, "source"));
        const input = { flag, server, client, mover, folder: own, tree };
        inherited[flag] = await runScenario(input, (result) => {
          results.push(result);
          say(`${result.ok ? "\u2713" : "\u2717"} flag ${flag}: ${result.step}`);
        });
      }
    } catch (_) {
      var _error = _, _hasError = true;
    } finally {
      var _promise = __callDispose(_stack, _error, _hasError);
      _promise && await _promise;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const failed = results.filter((result) => !result.ok).length;
  if (json) {
    process.stdout.write(`${JSON.stringify({ peers, results, inherited }, null, 2)}
`);
  } else {
    say(`
${formatTable(results)}
`);
    say(
      `With the flag off, ${inherited["off"]} B of stderr went past the program to its own stderr, uncaptured;`
    );
    say(`with it on, ${inherited["on"]} B did.`);
    if (failed > 0) say(`
${failed} of ${results.length} steps did not do what they should.`);
  }
  return failed > 0 ? 1 : 0;
}
