// Many concurrent connections on one event loop, until the time is up.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import type { Plan } from '../workload.ts';
import { Tally } from './figures.ts';
import { injectLeaks, WARM_UP, withLostByte, writeToForeignFile } from './injected-bugs.ts';
import { excused, measureHeldUp } from './metronome.ts';
import { endedAs, startWorker } from './task.ts';
import { hostileTarget, openUnnamed, slowTarget } from './targets.ts';

// It blocks until the child has got a processor, which a busy machine delays.
const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) =>
  excused(() => spawn(...args))) as typeof spawn;
syncBuiltinESMExports();

const worker = startWorker();
const { foreign, bugs } = worker;
const tally = new Tally('async');
const backends = { pipe: pipeBackend, socketpair: socketpairBackend };
const nextPlan = () => worker.plans.next().value as Plan;
for (let i = 0; i < WARM_UP; i++) await connection(nextPlan());
await settle();
tally.setIdle();
injectLeaks(bugs);
const reports = setInterval(() => tally.print(), worker.every);

await Promise.all(
  Array.from({ length: worker.jobs }, async () => {
    while (!worker.isOver()) await connection(nextPlan());
  }),
);
clearInterval(reports);
writeToForeignFile(bugs, foreign);
await settle();
tally.print(true);
process.exit();

/** Aborted children are reaped in the meantime. */
async function settle(): Promise<void> {
  await sleep(1_500);
  checkForeignFiles(true);
}

function checkForeignFiles(all = false): void {
  const bytes = foreign.close(all);
  if (bytes > 0) tally.report(`${bytes} bytes in a foreign file`);
}

async function connection(plan: Plan): Promise<void> {
  const from = performance.now();
  const { ending, sink } = plan;
  const { command, written, payload, wire } = worker.child(plan);
  const abort = new AbortController();
  const shown: Buffer[] = [];
  const file = sink === 'file' ? openUnnamed() : null;
  const targets = {
    function: () => (chunk: Uint8Array) => void shown.push(Buffer.from(chunk)),
    file: () => file as number,
    slow: slowTarget,
    hostile: () => hostileTarget(plan.id),
  };
  const transport = await AsyncSshTransport.spawn(command, {
    backends: [backends[plan.backend]],
    forward: { to: targets[sink]() as never, policy: 'raw' },
    surface: 'never',
    signal: abort.signal,
  });
  transport.stdout?.on('data', wire.add).on('error', () => {});
  transport.stdin?.on('error', () => {}).write(payload);
  const end = () => (ending.kind === 'aborted' ? abort.abort() : transport.kill('SIGKILL'));
  const isEndedByUs =
    ending.kind === 'killed' || ending.kind === 'aborted' || ending.kind === 'lost';
  const timer = isEndedByUs ? setTimeout(end, ending.afterMs) : undefined;
  // `wait` closes stdin, which must not end a child that is to stall.
  if (ending.kind === 'stalled') await sleep(ending.afterMs);
  const heldUp = measureHeldUp(transport.pid);
  const ended = await transport.wait().then(endedAs, (error: Error) => error.name);
  const heldUpMs = heldUp();
  const ms = performance.now() - from;
  clearTimeout(timer);
  const forwarded =
    file !== null
      ? excused(() => worker.takeTarget(file, plan, written))
      : sink === 'function'
        ? Buffer.concat(shown)
        : null;
  const stderr = transport.stderrSnapshot();
  // The grandchild writes while the channel is still open, and a new file has its target's number.
  if (file !== null && plan.grandchildMs > 0) await sleep(plan.grandchildMs);
  await transport[Symbol.asyncDispose]();
  const outcome = { ended, stderr, written, forwarded, wire, ms, besideLost: false };
  tally.add(plan, withLostByte(bugs, plan.id, outcome), heldUpMs);
  checkForeignFiles();
}
