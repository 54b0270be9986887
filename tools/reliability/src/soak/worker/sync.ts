// Blocking connections until the time is up. Several are open and served one after the other, so that the drain
// thread has more than one to drain.
import { setTimeout as sleepAsync, setImmediate as nextTurn } from 'node:timers/promises';
import { SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import type { Plan } from '../workload.ts';
import { measureHeldUp } from './metronome.ts';
import { openFullDisk, openUnnamed } from './targets.ts';
import { endedAs, WARM_UP, worker } from './worker.ts';

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

const module = new URL('./drain-thread.mjs', import.meta.url).href;
const ending: StderrBackend = { ...pipeBackend, module };
const backends = { pipe: [pipeBackend], socketpair: [socketpairBackend], inherit: [] };
const fullDisk = openFullDisk();
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number) => void Atomics.wait(neverWoken, 0, 0, ms);

const open: Open[] = [];
let nextReport = Date.now() + worker.task.every;
for (const plan of worker.plans) {
  // On a busy machine the warm-up alone may take longer than the run.
  if (worker.isOver(plan.id) && plan.id > WARM_UP) break;
  if (open.length === worker.task.jobs) finish(open.shift() as Open);
  begin(plan);
  if (plan.id === WARM_UP) {
    await finishAll();
    worker.setIdle();
  }
  if (Date.now() >= nextReport) {
    worker.print();
    nextReport = Date.now() + worker.task.every;
  }
  // For signals and other events.
  await nextTurn();
}
await finishAll();
worker.print(true);
process.exit();

/** Also waits for the drain thread to close its ends, and for this thread to free its own. */
async function finishAll(): Promise<void> {
  for (const one of open.splice(0)) finish(one);
  // The thread of the last connection may have been lost: the census includes a thread.
  using connection = SshConnection.spawn(SshCommand.raw('true', []), {
    backends: backends.pipe,
    forward: false,
  });
  connection.wait();
  sleep(1_000);
  await sleepAsync(500);
  worker.checkForeignFiles(true);
}

function begin(plan: Plan): void {
  const from = performance.now();
  const child = worker.child(plan);
  const isLost = plan.ending.kind === 'lost';
  const file = plan.sink === 'hostile' || plan.sink === 'none' ? null : openUnnamed();
  const connection = SshConnection.spawn(child.command, {
    backends: isLost ? [ending] : backends[plan.backend],
    forward: plan.sink === 'none' ? false : { to: file ?? fullDisk, policy: 'raw' },
    surface: 'never',
  });
  const besideLost = isLost || open.some((other) => other.plan.ending.kind === 'lost');
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
  const { written, wire } = child;
  try {
    serve(connection, plan, child);
  } catch {
    // wait() reports it, too.
  }
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
  worker.add(plan, { ended, stderr, written, forwarded, wire, ms, heldUpMs, besideLost });
}

/** Sends and receives in turns, then reads until the child closes the wire. */
function serve(connection: SshConnection, { ending, closesStdin }: Plan, child: Open['child']) {
  const { payload, wire } = child;
  const buffer = Buffer.alloc(WIRE_BLOCK);
  const receive = () => {
    const count = connection.read(buffer);
    wire.add(buffer.subarray(0, count));
    return count > 0;
  };
  for (let at = 0; at < payload.length; at += WIRE_BLOCK) {
    const block = payload.subarray(at, at + WIRE_BLOCK);
    connection.writeAll(block);
    while (wire.total < at + block.length) if (!receive()) return;
  }
  if (closesStdin) connection.closeStdin();
  if (ending.kind === 'killed' || ending.kind === 'aborted') {
    sleep(ending.afterMs);
    connection.kill(ending.kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
  }
  while (receive());
}
