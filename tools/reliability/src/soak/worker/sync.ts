// Blocking connections until the time is up. Several are open and served one after the other, so that the drain
// thread has more than one to drain. Half of them forward to a file, which is then compared.
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
import { setTimeout as sleepAsync, setImmediate as nextTurn } from 'node:timers/promises';
import { SshCommand } from '@rsync-io/aux-channel';
import { seededRandom } from '@rsync-io/kit/random';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { childScript, type Plan, randomPlan, watchdogs, wirePayload } from '../workload.ts';
import { Tally } from './figures.ts';
import { openFullDisk } from './hostile-sinks.ts';
import { injectLeaks, withBugs } from './injected-bugs.ts';
import { WARM_UP, workerTask } from './task.ts';
import { reportingPipeBackend, threadHeap } from './thread-heap.ts';

const OPEN_CONNECTIONS = 3;
/** Parent and child would block each other if more were written before reading. Unit: bytes. */
const WIRE_BLOCK = 16_384;

interface Open {
  readonly plan: Plan;
  readonly connection: SshConnection;
  /** Descriptor of the file that it forwards to. */
  readonly file: number | null;
  readonly from: number;
  readonly spawnMs: number;
}

const { seed, until, every, bugs, isStopped } = workerTask();
const random = seededRandom(seed);
const tally = new Tally('sync', threadHeap());
const backends = { pipe: reportingPipeBackend, socketpair: socketpairBackend };
const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-soak-'));
const files = Array.from({ length: OPEN_CONNECTIONS }, (_, i) =>
  openSync(path.join(folder, String(i)), 'a+'),
);
const fullDisk = openFullDisk();
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number) => void Atomics.wait(neverWoken, 0, 0, ms);

const open: Open[] = [];
let nextReport = Date.now() + every;
// On a busy machine the warm-up alone may take longer than the run.
for (let id = 1; !isStopped() && (Date.now() < until || id <= WARM_UP + OPEN_CONNECTIONS); id++) {
  if (open.length === OPEN_CONNECTIONS) finish(open.shift() as Open);
  open.push(begin(randomPlan(id, random)));
  if (id === WARM_UP) {
    await finishAll();
    tally.setIdle();
    injectLeaks(bugs);
  }
  if (Date.now() >= nextReport) {
    tally.print();
    nextReport = Date.now() + every;
  }
  // For signals and other events.
  await nextTurn();
}
await finishAll();
// Before the files are closed: they were open at the idle census, too.
tally.print(true);
for (const file of files) closeSync(file);
rmSync(folder, { recursive: true });
process.exit();

/** Also waits for the drain thread to close its ends, and for this thread to free its own. */
async function finishAll(): Promise<void> {
  for (const one of open.splice(0)) finish(one);
  sleep(500);
  await sleepAsync(500);
}

function begin(plan: Plan): Open {
  const from = performance.now();
  // A late grandchild would write into the file of another connection.
  const forwards = plan.id % 2 === 0 && plan.grandchildMs === 0 && !plan.hostileSink;
  const file = forwards ? (files[plan.id % OPEN_CONNECTIONS] as number) : null;
  const to = plan.hostileSink ? fullDisk : file;
  const command = SshCommand.raw('sh', ['-c', childScript(plan)], watchdogs(plan));
  const connection = SshConnection.spawn(command, {
    backends: [backends[plan.backend]],
    forward: to === null ? false : { to, policy: 'raw' },
    surface: 'never',
  });
  return { plan, connection, file, from, spawnMs: performance.now() - from };
}

function finish({ plan, connection, file, from, spawnMs }: Open): void {
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
    forwarded: file === null ? null : takeContent(file),
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from,
  };
  const waitMs = wireEnd === null ? 0 : waitedAt - wireEnd;
  tally.add(plan, withBugs(bugs, plan.id, outcome), { spawnMs, waitMs });
}

function endOf(connection: SshConnection): string {
  try {
    const { code, signal } = connection.wait();
    return signal ?? String(code);
  } catch (error) {
    return (error as Error).name;
  }
}

/** Reads and truncates a file. */
function takeContent(file: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(file).size);
  for (let at = 0; at < bytes.length;) at += readSync(file, bytes, at, bytes.length - at, at);
  ftruncateSync(file, 0);
  // The forwarder terminates an unfinished line of the previous connection; no child begins with a newline.
  return bytes[0] === 0x0a ? bytes.subarray(1) : bytes;
}

/**
 * Serves the wire until the child closes it. Returns the time of that, or `null` if a watchdog was faster, which
 * `wait()` then reports.
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
