import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { childScript, wirePayload } from '../workload/child.js';
import { type Plan, randomPlan, seededRandom, watchdogs } from '../workload/plan.js';
import { keepKilobytes, plantLeaks, withoutLastByte } from './plant.js';
import { ShownFile } from './shown-file.js';
import { Tally } from './tally.js';
import { workerTask } from './task.js';
import { tellingPipeBackend, threadHeap } from './thread-heap.js';

/*
 * soak-sync: connections by blocking calls until the time is up. Some are open at a time, served one
 * after the other, so that the thread has more than one to drain. Half of them forward to a file, which
 * is then compared; the others only capture.
 */
const OPEN_AT_A_TIME = 3;
/** Reading more than that at a time would let child and parent wait for each other. */
const WIRE_BLOCK = 16_384;
const WARM_UP = 40;

interface Open {
  readonly plan: Plan;
  readonly connection: SshConnection;
  /** Where it forwards to. */
  readonly shown: ShownFile | null;
  readonly from: number;
  readonly spawnMs: number;
}

const { seed, until, every, plants, isStopped } = workerTask();
const random = seededRandom(seed);
const tally = new Tally('sync', threadHeap());
const backends: Record<Plan['backend'], StderrBackend> = {
  pipe: tellingPipeBackend,
  socketpair: socketpairBackend,
};
const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-soak-'));
const files = Array.from({ length: OPEN_AT_A_TIME }, (_, i) => {
  return new ShownFile(path.join(folder, `${i}`));
});
const sleeper = new Int32Array(new SharedArrayBuffer(4));

const open: Open[] = [];
let nextReport = Date.now() + every;
for (let id = 1; !isStopped() && Date.now() < until; id++) {
  if (open.length === OPEN_AT_A_TIME) finish(open.shift() as Open);
  open.push(begin(randomPlan(id, random)));
  if (id === WARM_UP) {
    await finishAll();
    tally.rest();
    plantLeaks(plants);
  }
  if (Date.now() >= nextReport) {
    tally.report();
    nextReport = Date.now() + every;
  }
  // A turn: for signals, and for what ends only in one.
  await new Promise((resolve) => setImmediate(resolve));
}
await finishAll();
// With the files open, as they were when it rested.
tally.report(true);
for (const file of files) file.close();
rmSync(folder, { recursive: true });
process.exit();

/** The thread closes its ends in turns of its own; what they leave here is freed in ours. */
async function finishAll(): Promise<void> {
  for (const one of open.splice(0)) finish(one);
  sleep(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function begin(plan: Plan): Open {
  const from = performance.now();
  // A late grandchild would write into the file of another connection.
  const forwards = plan.id % 2 === 0 && plan.grandchildMs === 0;
  const shown = forwards ? (files[plan.id % OPEN_AT_A_TIME] as ShownFile) : null;
  const command = SshCommand.raw('sh', ['-c', childScript(plan)], watchdogs(plan));
  const connection = SshConnection.spawn(command, {
    backends: [backends[plan.backend]],
    forward: shown === null ? false : { to: shown.descriptor, policy: 'raw' },
    surface: 'never',
  });
  return { plan, connection, shown, from, spawnMs: performance.now() - from };
}

function finish({ plan, connection, shown, from, spawnMs }: Open): void {
  const sent = wirePayload(plan);
  const received: Buffer[] = [];
  const wireEnd = serve(connection, plan, sent, received);
  const ended = endOf(connection);
  const waitedAt = performance.now();
  const stderr = connection.stderrSnapshot();
  connection[Symbol.dispose]();
  const outcome = {
    ended,
    stderr,
    forwarded: shown?.take() ?? null,
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from,
  };
  const told = plants.includes('byte') && plan.id === WARM_UP ? withoutLastByte(outcome) : outcome;
  if (plants.includes('memory')) keepKilobytes();
  tally.add(plan, told, { spawnMs, waitMs: wireEnd === null ? 0 : waitedAt - wireEnd });
}

function endOf(connection: SshConnection): string {
  try {
    const { code, signal } = connection.wait();
    return signal ?? String(code);
  } catch (error) {
    return (error as Error).name;
  }
}

/**
 * The owner's part until the child has closed the wire; returns when that was. `null`: a watchdog came
 * first, and `wait()` tells about it.
 */
function serve(
  connection: SshConnection,
  { ending }: Plan,
  sent: Buffer,
  received: Buffer[],
): number | null {
  try {
    exchange(connection, sent, received);
    if (ending.kind === 'killed' || ending.kind === 'aborted') {
      sleep(ending.afterMs);
      connection.kill(ending.kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
    }
    const more = Buffer.alloc(WIRE_BLOCK);
    for (let count; (count = connection.read(more)) > 0;) {
      received.push(Buffer.from(more.subarray(0, count)));
    }
    return performance.now();
  } catch {
    return null;
  }
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
