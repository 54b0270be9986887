import "./chunk-BPCHXMC3.js";

// src/scenario.ts
import path from "path";
import {
  AsyncSshTransport as AsyncSshTransport2,
  describeExitStatus,
  explain,
  SshCommand as SshCommand2,
  STDERR_BUFFER_CAP
} from "@rsync-io/ssh";
import { freePort, program, treeDigest } from "@rsync-io/testkit";

// src/mover.ts
import { spawn } from "child_process";
import { mkdirSync } from "fs";
import { fileURLToPath } from "url";
import { pipeline } from "stream/promises";
import { AsyncSshTransport, platformBackends, quoteForShell, SshCommand } from "@rsync-io/ssh";
var options = { backends: platformBackends(), forward: false, surface: "never" };
var REMOTE_SHELL = fileURLToPath(
  new URL("bin/rsync-io-ssh.js", import.meta.resolve("@rsync-io/ssh/package.json"))
);
function rsyncMover(server2, client2) {
  const shell = [process.execPath, REMOTE_SHELL, ...client2.args, ...server2.sshArgs].join(" ");
  const env = { ...process.env, RSYNC_IO_SSH_PROGRAM: client2.program };
  const rsync = (from, to) => AsyncSshTransport.spawn(
    SshCommand.raw("rsync", ["-a", "-e", shell, from, to], { env }),
    options
  );
  return {
    name: "rsync",
    push: (source2, target) => rsync(`${source2}/`, `${server2.host}:${target}/`),
    pull: (source2, target) => rsync(`${server2.host}:${source2}/`, `${target}/`)
  };
}
function tarMover(server2, client2) {
  const remote2 = (...words) => {
    const command = words.map(quoteForShell).join(" ");
    const args = [...client2.args, ...server2.sshArgs, server2.host, command];
    return AsyncSshTransport.spawn(SshCommand.raw(client2.program, args), options);
  };
  return {
    name: "tar",
    async push(source2, target) {
      mkdirSync(target, { recursive: true });
      const transport = await remote2("tar", "-C", target, "-xf", "-");
      const local = spawn("tar", ["-C", source2, "-cf", "-", "."], {
        stdio: ["ignore", "pipe", "inherit"]
      });
      await pipeline(local.stdout, transport.stdin);
      return transport;
    },
    async pull(source2, target) {
      mkdirSync(target, { recursive: true });
      const transport = await remote2("tar", "-C", source2, "-cf", "-", ".");
      const local = spawn("tar", ["-C", target, "-xf", "-"], {
        stdio: ["pipe", "inherit", "ignore"]
      });
      const finished = new Promise((resolve) => local.once("close", resolve));
      await pipeline(transport.stdout, local.stdin).catch(() => {
      });
      await finished;
      return transport;
    }
  };
}

// src/scenario.ts
var input = JSON.parse(process.argv[2]);
var { flag, server, client, folder, tree } = input;
var mover = input.mover === "rsync" ? rsyncMover(server, client) : tarMover(server, client);
var source = path.join(folder, "source");
var pushed = path.join(folder, "pushed");
var pulled = path.join(folder, "pulled");
var expected = treeDigest(source).join("\n");
async function step(name, transport, check) {
  const { status, stderr } = await transport.waitWithStderr();
  const { backend, totalBytes } = transport.stderrSnapshot();
  await transport[Symbol.asyncDispose]();
  const { kind, summary } = explain(stderr, status);
  const moved = check.moved?.() ?? "";
  const captured = backend === "inherit" ? null : totalBytes;
  const result = {
    flag,
    step: name,
    backend,
    moved,
    captured,
    exit: describeExitStatus(status).replace("exited with ", ""),
    explanation: kind === "success" ? "" : captured === null ? "nothing captured to explain" : summary,
    ok: check.exits(status.code) && !moved.startsWith("differs") && (captured === null || check.bytes === void 0 || captured === check.bytes) && stderr.length <= STDERR_BUFFER_CAP && flag === "on" === (captured !== null)
  };
  process.send?.(result);
}
var verified = (target) => () => treeDigest(target).join("\n") === expected ? `${tree.files} files, ${tree.bytes} B` : "differs";
var remote = (command, sshArgs = server.sshArgs) => AsyncSshTransport2.spawn(
  SshCommand2.raw(client.program, [...client.args, ...sshArgs, server.host, command]),
  options
);
var succeeds = (code) => code === 0;
var writesEveryByte = `"${process.execPath}" "${program("write-stderr")}" 512 bytes 3`;
await step(`push by ${mover.name}`, await mover.push(source, pushed), {
  moved: verified(pushed),
  exits: succeeds
});
await step(`pull by ${mover.name}`, await mover.pull(pushed, pulled), {
  moved: verified(pulled),
  exits: succeeds
});
await step(
  "pull of a missing folder",
  await mover.pull(path.join(folder, "missing"), path.join(folder, "none")),
  {
    // rsync's code for a partial transfer, tar's for a fatal error (1 on BSD).
    exits: (code) => mover.name === "rsync" ? code === 23 : code === 1 || code === 2
  }
);
await step("256 byte values on stderr, twice", await remote(writesEveryByte), {
  exits: (code) => code === 3,
  bytes: 512
});
await step(
  "a port that refuses",
  await remote("true", [...server.sshArgs, "-p", String(await freePort())]),
  {
    exits: (code) => code === 255
  }
);
process.disconnect();
