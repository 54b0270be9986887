import {
  takeCensus
} from "./chunk-SLFFNYBJ.js";
import {
  __callDispose,
  __using
} from "./chunk-BPCHXMC3.js";

// src/worker/blob.ts
import { createHash } from "crypto";
import { parseArgs } from "util";
import { SshCommand, STDERR_BUFFER_CAP } from "@rsync-io/aux-channel";
import { socketpairBackend } from "@rsync-io/socketpair";
import { AsyncSshTransport } from "@rsync-io/transport-async/ssh-socketpair-stderr";
var { values } = parseArgs({
  options: {
    gibibytes: { type: "string", default: "4" },
    beside: { type: "string", default: "1000" }
  }
});
var wantedStderrBytes = Math.round(Number(values.gibibytes) * 2 ** 30);
var beside = Number(values.beside);
var WIRE_BLOCKS = 4096;
var options = { backends: [socketpairBackend], forward: false, surface: "never" };
for (let i = 0; i < 50; i++) await short(i);
var before = takeCensus().memory;
var from = performance.now();
var peak = before;
var script = `head -c ${wantedStderrBytes} /dev/zero | tr '\\0' x >&2 & cat; wait`;
var blob = await AsyncSshTransport.spawn(SshCommand.raw("sh", ["-c", script]), {
  ...options,
  // Somebody listens to lines, so that they are looked for.
  warnings: () => {
  }
});
var besideDone = 0;
var watching = setInterval(() => {
  const { memory } = takeCensus();
  peak = Math.max(peak, memory);
  const stderrBytes2 = blob.stderrSnapshot().totalBytes;
  print({ stderrBytes: stderrBytes2, wireBytes, connections: besideDone, memory });
}, 1e3);
var sent = createHash("sha256");
var received = createHash("sha256");
var wireBytes = 0;
blob.stdout?.on("data", (chunk) => {
  received.update(chunk);
  wireBytes += chunk.length;
});
var noise = (async () => {
  let faults = 0;
  for (let i = 0; i < beside; i += 4) {
    await due(i / beside);
    const four = await Promise.all([i, i + 1, i + 2, i + 3].map(short));
    faults += four.filter((ok) => !ok).length;
    besideDone += four.length;
  }
  return faults;
})();
for (let i = 0; i < WIRE_BLOCKS; i++) {
  await due(i / WIRE_BLOCKS);
  const block = Buffer.alloc(65536, i & 255);
  sent.update(block);
  if (blob.stdin?.write(block) === false) {
    await new Promise((resolve) => blob.stdin?.once("drain", resolve));
  }
}
var besideFaults = await noise;
var status = await blob.wait();
clearInterval(watching);
if (!status.success) throw new Error(`the child ended with ${status.signal ?? status.code}`);
var { totalBytes: stderrBytes, bytes: tail } = blob.stderrSnapshot();
print({
  stderrBytes,
  wantedStderrBytes,
  wireBytes,
  tailIsRight: tail.length === STDERR_BUFFER_CAP && tail.every((byte) => byte === 120),
  checksumsAgree: sent.digest("hex") === received.digest("hex"),
  beside,
  besideFaults,
  growth: peak - before,
  seconds: (performance.now() - from) / 1e3
});
function print(figures) {
  process.stdout.write(`${JSON.stringify(figures)}
`);
}
async function due(part) {
  while (blob.tryWait() === null && blob.stderrSnapshot().totalBytes < part * wantedStderrBytes) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
async function short(id) {
  var _stack = [];
  try {
    const command = SshCommand.raw("sh", ["-c", `echo short ${id} >&2; exit 3`]);
    const transport = __using(_stack, await AsyncSshTransport.spawn(command, options), true);
    const { status: status2, stderr } = await transport.waitWithStderr();
    return status2.code === 3 && Buffer.from(stderr).toString() === `short ${id}
`;
  } catch (_) {
    var _error = _, _hasError = true;
  } finally {
    var _promise = __callDispose(_stack, _error, _hasError);
    _promise && await _promise;
  }
}
