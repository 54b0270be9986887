// Many concurrent connections on one event loop, until the time is up.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport as WithoutChannel } from '@rsync-io/transport-async';
import { AsyncSshTransport as WithChannel } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import type { Plan } from '../workload.ts';
import { excused, measureHeldUp } from './metronome.ts';
import { hostileTarget, openUnnamed, slowTarget } from './targets.ts';
import { endedAs, WARM_UP, worker } from './worker.ts';

// It blocks until the child has got a processor, which a busy machine delays.
const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) =>
  excused(() => spawn(...args))) as typeof spawn;
syncBuiltinESMExports();

const Transport = worker.task.transport === 'off' ? WithoutChannel : WithChannel;
const backends = { pipe: [pipeBackend], socketpair: [socketpairBackend], inherit: [] };
/** Aborted children are reaped in the meantime. Unit: milliseconds. */
const SETTLE_MS = 1_500;

const nextPlan = (): Plan => {
  const plan = worker.plans.next().value as Plan;
  if (worker.task.transport === 'on') return plan;
  return { ...plan, backend: 'inherit', stderr: { ...plan.stderr, bytes: 0 } };
};
for (let i = 0; i < WARM_UP; i++) await connection(nextPlan());
await settle();
worker.setIdle();
const reports = setInterval(() => worker.print(), worker.task.every);
const job = async () => {
  for (let plan = nextPlan(); !worker.isOver(plan.id); plan = nextPlan()) await connection(plan);
};
await Promise.all(Array.from({ length: worker.task.jobs }, job));
clearInterval(reports);
await settle();
worker.print(true);
process.exit();

async function settle(): Promise<void> {
  await sleep(SETTLE_MS);
  worker.checkForeignFiles(true);
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
  const transport = await Transport.spawn(command, {
    backends: backends[plan.backend],
    forward: sink === 'none' ? false : { to: targets[sink]() as never, policy: 'raw' },
    surface: 'never',
    signal: abort.signal,
  });
  const { stdin, stdout } = transport;
  if (stdin === null || stdout === null) throw new Error('The wire is a pipe.');
  stdin.on('error', () => {}).write(payload);
  if (plan.closesStdin) stdin.end();
  let piped: Promise<void> | undefined;
  if (plan.closesStdin && plan.id % 2 === 0) {
    // As a file does, it takes the bytes later; the transport waits only for its own stream.
    const target = new Writable({
      write: (chunk: Buffer, _encoding, done) =>
        void setImmediate(() => {
          wire.add(chunk);
          done();
        }),
    });
    stdout.on('error', (error) => target.destroy(error)).pipe(target);
    piped = finished(target).catch(() => {});
  } else stdout.on('data', wire.add).on('error', () => {});
  const end = () => (ending.kind === 'aborted' ? abort.abort() : transport.kill('SIGKILL'));
  const isEndedByUs = ['killed', 'aborted', 'lost'].includes(ending.kind);
  const timer = isEndedByUs && 'afterMs' in ending ? setTimeout(end, ending.afterMs) : undefined;
  // `wait()` closes stdin, which must not end a child that should stall.
  if (ending.kind === 'stalled') await sleep(ending.afterMs);
  const heldUp = measureHeldUp(transport.pid);
  const waited =
    sink === 'none' ? transport.waitWithStderr().then(({ status }) => status) : transport.wait();
  const ended = await waited.then(endedAs, (error: Error) => error.name);
  const heldUpMs = heldUp();
  const ms = performance.now() - from;
  clearTimeout(timer);
  const forwarded =
    file === null
      ? sink === 'function'
        ? Buffer.concat(shown)
        : null
      : excused(() => worker.takeTarget(file, plan, written));
  const stderr = transport.stderrSnapshot();
  // The grandchild writes while the channel is still open, and a new file has its target's number.
  if (file !== null && plan.grandchildMs > 0) await sleep(plan.grandchildMs);
  await transport[Symbol.asyncDispose]();
  await piped;
  const outcome = { ended, stderr, written, forwarded, wire, ms, heldUpMs, besideLost: false };
  worker.add(plan, outcome);
}
