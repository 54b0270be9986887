// Blocking connections until the time is up. Several are open and served one after the other, so that the drain
// thread has more than one to drain.
import { setTimeout as sleepAsync, setImmediate as nextTurn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import type { Arrivals } from '../../common/arrivals.ts';
import type { Plan } from '../workload.ts';
import { Tally } from './figures.ts';
import { injectLeaks, WARM_UP, withLostByte, writeToForeignFile } from './injected-bugs.ts';
import { measureHeldUp } from './metronome.ts';
import { endedAs, startWorker } from './task.ts';
import { openFullDisk, openUnnamed } from './targets.ts';

const OPEN_CONNECTIONS = 3;
/** Parent and child would block each other if more were written before reading. Unit: bytes. */
const WIRE_BLOCK = 16_384;
/** By then, a thread that is to end has ended. Unit: milliseconds. */
const LOST_MS = 1_000;

interface Open {
  readonly plan: Plan;
  readonly connection: SshConnection;
  readonly child: ReturnType<typeof worker.child>;
  /** Descriptor of the file that it forwards to. */
  readonly file: number | null;
  readonly from: number;
  besideLost: boolean;
}

const worker = startWorker();
const { foreign, bugs } = worker;
let threadHeap = 0;
const heaps = new BroadcastChannel('rsync-io soak: heap of the drain thread');
heaps.onmessage = (event: unknown) => void (threadHeap = (event as { data: number }).data);
heaps.unref();
const tally = new Tally('sync', () => threadHeap);
const inThread = (query = ''): StderrBackend => ({
  ...pipeBackend,
  module: new URL(`./drain-thread.mjs${query}`, import.meta.url).href,
});
const backends = { pipe: inThread(), socketpair: socketpairBackend, ending: inThread('?ends') };
const fullDisk = openFullDisk();
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number) => void Atomics.wait(neverWoken, 0, 0, ms);

const open: Open[] = [];
let nextReport = Date.now() + worker.every;
for (const plan of worker.plans) {
  // On a busy machine the warm-up alone may take longer than the run.
  if (worker.isOver() && plan.id > WARM_UP + OPEN_CONNECTIONS) break;
  if (open.length === OPEN_CONNECTIONS) finish(open.shift() as Open);
  begin(plan);
  if (plan.id === WARM_UP) {
    await finishAll();
    tally.setIdle();
    injectLeaks(bugs);
  }
  if (Date.now() >= nextReport) {
    tally.print();
    nextReport = Date.now() + worker.every;
  }
  // For signals and other events.
  await nextTurn();
}
writeToForeignFile(bugs, foreign);
await finishAll();
tally.print(true);
process.exit();

/** Also waits for the drain thread to close its ends, and for this thread to free its own. */
async function finishAll(): Promise<void> {
  for (const one of open.splice(0)) finish(one);
  // The thread of the last connection may have been lost: the census includes a thread.
  using connection = SshConnection.spawn(SshCommand.raw('true', []), {
    backends: [backends.pipe],
    forward: false,
  });
  connection.wait();
  sleep(1_000);
  await sleepAsync(500);
  checkForeignFiles(true);
}

function checkForeignFiles(all = false): void {
  const bytes = foreign.close(all);
  if (bytes > 0) tally.report(`${bytes} bytes in a foreign file`);
}

function begin(plan: Plan): void {
  const from = performance.now();
  const child = worker.child(plan);
  const isLost = plan.ending.kind === 'lost';
  const file = plan.sink === 'hostile' ? null : openUnnamed();
  const connection = SshConnection.spawn(child.command, {
    backends: [backends[isLost ? 'ending' : plan.backend]],
    forward: { to: file ?? fullDisk, policy: 'raw' },
    surface: 'never',
  });
  const besideLost = isLost || open.some(({ plan: { ending } }) => ending.kind === 'lost');
  if (isLost) for (const other of open) other.besideLost = true;
  open.push({ plan, connection, child, file, from, besideLost });
  if (!isLost) return;
  sleep(LOST_MS);
  try {
    // Notices the loss, so that the next connection gets a new thread.
    connection.tryWait();
  } catch {
    // wait() reports it.
  }
}

function finish({ plan, connection, child, file, from, besideLost }: Open): void {
  const { written, payload, wire } = child;
  serve(connection, plan, payload, wire);
  const heldUp = measureHeldUp(connection.pid);
  let ended: string;
  try {
    ended = endedAs(connection.wait());
  } catch (error) {
    ended = (error as Error).name;
  }
  const heldUpMs = heldUp();
  const ms = performance.now() - from;
  const forwarded = file === null ? null : worker.takeTarget(file, plan, written);
  const stderr = connection.stderrSnapshot();
  // The grandchild writes while the channel is still open, and a new file has its target's number.
  if (plan.id % 2 === 0) sleep(Math.min(plan.grandchildMs, 500));
  connection[Symbol.dispose]();
  const outcome = { ended, stderr, written, forwarded, wire, ms, besideLost };
  tally.add(plan, withLostByte(bugs, plan.id, outcome), heldUpMs);
  checkForeignFiles();
}

/** Serves the wire until the child closes it. An error is also reported by `wait()`. */
function serve(connection: SshConnection, { ending }: Plan, payload: Buffer, wire: Arrivals): void {
  try {
    exchange(connection, payload, wire);
    if (ending.kind === 'killed' || ending.kind === 'aborted') {
      sleep(ending.afterMs);
      connection.kill(ending.kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
    }
    const more = Buffer.alloc(WIRE_BLOCK);
    for (let count; (count = connection.read(more)) > 0;) wire.add(more.subarray(0, count));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** Sends and receives in turns. */
function exchange(connection: SshConnection, payload: Buffer, wire: Arrivals): void {
  for (let at = 0; at < payload.length; at += WIRE_BLOCK) {
    const block = payload.subarray(at, at + WIRE_BLOCK);
    connection.writeAll(block);
    while (wire.total < at + block.length) {
      const into = Buffer.alloc(WIRE_BLOCK);
      const count = connection.read(into);
      if (count === 0) return;
      wire.add(into.subarray(0, count));
    }
  }
}
