// Many concurrent connections on one event loop, until the time is up.
import { setTimeout as sleep } from 'node:timers/promises';
import { SshCommand } from '@rsync-io/aux-channel';
import { seededRandom } from '@rsync-io/kit/random';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { childScript, type Plan, randomPlan, watchdogs, wirePayload } from '../workload.ts';
import { Tally } from './figures.ts';
import { hostileStream } from './hostile-sinks.ts';
import { injectLeaks, withBugs } from './injected-bugs.ts';
import { WARM_UP, workerTask } from './task.ts';

const { seed, jobs, until, every, bugs, isStopped } = workerTask();
const random = seededRandom(seed);
const tally = new Tally('async');
const backends = { pipe: pipeBackend, socketpair: socketpairBackend };
let id = 0;
for (let i = 0; i < WARM_UP; i++) await connection(randomPlan((id += 1), random));
await sleep(1_000);
tally.setIdle();
injectLeaks(bugs);
const reports = setInterval(() => tally.print(), every);

await Promise.all(
  Array.from({ length: jobs }, async () => {
    while (!isStopped() && Date.now() < until) await connection(randomPlan((id += 1), random));
  }),
);
clearInterval(reports);
// Aborted children are reaped in the meantime.
await sleep(1_500);
tally.print(true);
process.exit();

async function connection(plan: Plan): Promise<void> {
  const from = performance.now();
  const { ending } = plan;
  const abort = new AbortController();
  const shown: Buffer[] = [];
  const hostile = plan.hostileSink ? hostileStream(plan.id) : null;
  const command = SshCommand.raw('sh', ['-c', childScript(plan)], watchdogs(plan));
  const transport = await AsyncSshTransport.spawn(command, {
    backends: [backends[plan.backend]],
    forward: { to: hostile ?? ((chunk) => void shown.push(Buffer.from(chunk))), policy: 'raw' },
    surface: 'never',
    signal: abort.signal,
  });
  const spawnMs = performance.now() - from;
  const sent = wirePayload(plan);
  const received: Buffer[] = [];
  transport.stdout?.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => {});
  transport.stdin?.on('error', () => {}).write(sent);
  // A grandchild does not hold the wire, so the wire ends with the child.
  const wireEnd = new Promise<number>((resolve) => {
    transport.stdout?.once('close', () => resolve(performance.now()));
  });
  const timer =
    ending.kind === 'killed'
      ? setTimeout(() => transport.kill('SIGKILL'), ending.afterMs)
      : ending.kind === 'aborted'
        ? setTimeout(() => abort.abort(), ending.afterMs)
        : undefined;
  const ended = await endOf(transport, plan);
  const waitedAt = performance.now();
  clearTimeout(timer);
  const waitMs = Math.max(0, waitedAt - (await wireEnd));
  const outcome = {
    ended,
    stderr: transport.stderrSnapshot(),
    forwarded: hostile === null ? Buffer.concat(shown) : null,
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from,
  };
  await transport[Symbol.asyncDispose]();
  tally.add(plan, withBugs(bugs, plan.id, outcome), { spawnMs, waitMs });
}

async function endOf(transport: AsyncSshTransport, { ending }: Plan): Promise<string> {
  try {
    // `wait` closes stdin, which must not end a child that is to stall.
    if (ending.kind === 'stalled') await sleep(ending.afterMs);
    const { code, signal } = await transport.wait();
    return signal ?? String(code);
  } catch (error) {
    return (error as Error).name;
  }
}
