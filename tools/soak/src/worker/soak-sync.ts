import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { childScript, wirePayload } from '../workload/child.js';
import { check, type Outcome } from '../workload/check.js';
import { type Plan, randomPlan, seededRandom } from '../workload/plan.js';
import { Tally } from './tally.js';
import { workerTask } from './task.js';

/*
 * soak-sync: connections by blocking calls, one after the other with some left open meanwhile, until the
 * time is up. Half of them forward to a file, which is then compared; the others only capture.
 */
const { seed, until, every } = workerTask();
const random = seededRandom(seed);
const tally = new Tally('sync');
const backends: Record<Plan['backend'], StderrBackend> = {
  pipe: pipeBackend,
  socketpair: socketpairBackend,
};
const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-soak-'));
const shown = openSync(path.join(folder, 'shown'), 'a+');
const sleeper = new Int32Array(new SharedArrayBuffer(4));
/** Reading more than that at a time would let child and parent wait for each other. */
const WIRE_BLOCK = 16_384;

const WARM_UP = 40;
let nextReport = Date.now() + every;
let stopped = false;
process.once('SIGTERM', () => (stopped = true));
for (let id = 1; !stopped && Date.now() < until; id++) {
  connection(randomPlan(id, random));
  if (id === WARM_UP) {
    await settle();
    tally.rest();
  }
  if (Date.now() >= nextReport) {
    tally.report();
    nextReport = Date.now() + every;
  }
  // A turn: for signals, and for what ends only in one.
  await new Promise((resolve) => setImmediate(resolve));
}
await settle();
closeSync(shown);
rmSync(folder, { recursive: true });
tally.report(true);
process.exit();

/** Grandchildren end within half a second; their ends are closed by the thread, and freed here. */
async function settle(): Promise<void> {
  sleep(1_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function connection(plan: Plan): void {
  const from = performance.now();
  const { ending } = plan;
  // A late grandchild would write into the next connection's file.
  const forwards = plan.id % 2 === 0 && plan.grandchildMs === 0;
  const ioTimeoutMs = ending.kind === 'stalled' ? ending.afterMs + 100 : null;
  const command = SshCommand.raw('sh', ['-c', childScript(plan)], { ioTimeoutMs });
  const connection = SshConnection.spawn(command, {
    backends: [backends[plan.backend]],
    forward: forwards ? { to: shown, policy: 'raw' } : false,
    surface: 'never',
  });
  const spawnMs = performance.now() - from;
  const sent = wirePayload(plan);
  const received: Buffer[] = [];
  const ended = ((): string => {
    try {
      exchange(connection, sent, received);
      if (ending.kind === 'killed' || ending.kind === 'aborted') {
        sleep(ending.afterMs);
        connection.kill(ending.kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
      }
      const { code, signal } = connection.wait();
      return signal ?? String(code);
    } catch (error) {
      return (error as Error).name;
    }
  })();
  const stderr = connection.stderrSnapshot();
  connection[Symbol.dispose]();
  const forwarded = forwards ? takeShown() : null;
  const outcome: Outcome = { ended, stderr, forwarded, received: Buffer.concat(received), sent };
  tally.add(check(plan, outcome), stderr.totalBytes, spawnMs, performance.now() - from);
}

/** Sends and receives in turns. */
function exchange(connection: SshConnection, sent: Buffer, received: Buffer[]): void {
  for (let at = 0; at < sent.length; at += WIRE_BLOCK) {
    const block = sent.subarray(at, at + WIRE_BLOCK);
    connection.writeAll(block);
    for (let missing = block.length; missing > 0;) {
      const into = Buffer.allocUnsafe(missing);
      const count = connection.read(into);
      if (count === 0) return;
      received.push(into.subarray(0, count));
      missing -= count;
    }
  }
}

function sleep(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}

/** What was forwarded to the file, which is then empty. */
function takeShown(): Buffer {
  const bytes = Buffer.alloc(fstatSync(shown).size);
  for (let at = 0; at < bytes.length;) at += readSync(shown, bytes, at, bytes.length - at, at);
  ftruncateSync(shown, 0);
  // Where the connection before left its line unfinished, that is ended first. No child begins with it.
  return bytes[0] === 0x0a ? bytes.subarray(1) : bytes;
}
