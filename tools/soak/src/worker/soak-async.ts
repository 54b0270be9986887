import { SshCommand, type StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { childScript, wirePayload } from '../workload/child.js';
import type { Outcome } from '../workload/check.js';
import { type Plan, randomPlan, seededRandom, watchdogs } from '../workload/plan.js';
import { Tally } from './tally.js';
import { keepKilobytes, plantLeaks, withoutLastByte } from './plant.js';
import { workerTask } from './task.js';

/*
 * soak-async: many connections at a time on one event loop, until the time is up.
 */
const { seed, jobs, until, every, plants, isStopped } = workerTask();
const random = seededRandom(seed);
const tally = new Tally('async');
const backends: Record<Plan['backend'], StderrBackend> = {
  pipe: pipeBackend,
  socketpair: socketpairBackend,
};
const WARM_UP = 40;
let id = 0;
// What is made once: native code, the pool's threads, compiled functions.
for (let i = 0; i < WARM_UP; i++) await connection(randomPlan((id += 1), random));
await new Promise((resolve) => setTimeout(resolve, 1_000));
tally.rest();
plantLeaks(plants);
const reporting = setInterval(() => tally.report(), every);

await Promise.all(
  Array.from({ length: jobs }, async () => {
    while (!isStopped() && Date.now() < until) await connection(randomPlan((id += 1), random));
  }),
);
clearInterval(reporting);
// What was aborted is reaped by then.
setTimeout(() => {
  tally.report(true);
  process.exit();
}, 1_500);

async function connection(plan: Plan): Promise<void> {
  const from = performance.now();
  const { ending } = plan;
  const abort = new AbortController();
  const shown: Buffer[] = [];
  const command = SshCommand.raw('sh', ['-c', childScript(plan)], watchdogs(plan));
  const transport = await AsyncSshTransport.spawn(command, {
    backends: [backends[plan.backend]],
    forward: { to: (chunk) => void shown.push(Buffer.from(chunk)), policy: 'raw' },
    surface: 'never',
    signal: abort.signal,
  });
  const spawnMs = performance.now() - from;
  const sent = wirePayload(plan);
  const received: Buffer[] = [];
  transport.stdout?.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => {});
  transport.stdin?.on('error', () => {}).write(sent);
  // A grandchild does not hold the wire, so its end comes with the child's.
  const wireEnd = new Promise<number>((resolve) => {
    transport.stdout?.once('close', () => resolve(performance.now()));
  });

  const timer =
    ending.kind === 'killed' || ending.kind === 'aborted'
      ? setTimeout(() => {
          if (ending.kind === 'killed') transport.kill('SIGKILL');
          else abort.abort();
        }, ending.afterMs)
      : undefined;
  const ended = await endOf(transport, plan);
  const waitedAt = performance.now();
  clearTimeout(timer);
  const waitMs = Math.max(0, waitedAt - (await wireEnd));
  const outcome: Outcome = {
    ended,
    stderr: transport.stderrSnapshot(),
    forwarded: Buffer.concat(shown),
    received: Buffer.concat(received),
    sent,
    ms: waitedAt - from,
  };
  await transport[Symbol.asyncDispose]();
  const told = plants.includes('byte') && plan.id === WARM_UP ? withoutLastByte(outcome) : outcome;
  if (plants.includes('memory')) keepKilobytes();
  tally.add(plan, told, { spawnMs, waitMs });
}

async function endOf(transport: AsyncSshTransport, plan: Plan): Promise<string> {
  try {
    // `wait` closes stdin; a child that is to be cut short must not see that as its end.
    if (plan.ending.kind === 'stalled') await pause(plan);
    const { code, signal } = await transport.wait();
    return signal ?? String(code);
  } catch (error) {
    return (error as Error).name;
  }
}

function pause({ ending }: Plan): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 'afterMs' in ending ? ending.afterMs : 0));
}
