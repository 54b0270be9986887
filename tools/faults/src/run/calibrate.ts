import { callsOf, type Count } from '../faults/system-calls.js';
import { DEADLINE_MS, makeCase } from '../faults/make-case.js';
import { type Combination, COMBINATIONS, nameOf } from '../matrix/combination.js';
import type { TracedThread } from '../matrix/fault-case.js';
import { runProbe } from './run-probe.js';
import type { Stage } from './stage.js';
import type { TracedCall } from './strace.js';

/** Counts, without a fault, which calls the section of each combination makes. */
export async function calibrate(
  stage: Stage,
  wanted: (combination: Combination) => boolean,
  signal: AbortSignal,
): Promise<Count[]> {
  const counts: Count[] = [];
  for (const combination of COMBINATIONS.filter(wanted)) {
    for (const { thread, cold } of sections(combination)) {
      signal.throwIfAborted();
      counts.push(...(await count(stage, combination, thread, cold, signal)));
    }
  }
  return counts;
}

const AT_START = [
  { thread: 'caller', cold: true },
  { thread: 'starting', cold: true },
] as const;

function sections({ transport }: Combination): { thread: TracedThread; cold: boolean }[] {
  const warm = (thread: TracedThread) => ({ thread, cold: false });
  if (transport === 'async') return [warm('caller'), warm('child')];
  return [warm('caller'), warm('drain'), warm('child'), ...AT_START];
}

async function count(
  stage: Stage,
  combination: Combination,
  thread: TracedThread,
  cold: boolean,
  signal: AbortSignal,
): Promise<Count[]> {
  const calls = callsOf(thread, cold);
  const injection = { thread, cold, call: calls.join(','), errno: '', step: 0 };
  const { order, stderr } = makeCase(combination, 'system call', { title: 'count', injection });
  const { observation, calls: seen } = await runProbe({
    order,
    stderr,
    nodeOptions: [],
    folder: stage.case(order.wireBytes, order.payloadBytes),
    trace: { thread, what: [`trace=${calls.join(',')}`] },
    deadlineMs: DEADLINE_MS,
    signal,
  });
  const problem = observation?.connections[0]?.error ?? null;
  if (observation === null || problem !== null) {
    throw new Error(`${nameOf(combination)} fails without a fault: ${problem?.message}`);
  }
  const made = thread === 'child' ? beforeExec(seen) : seen;
  return calls
    .map((call) => ({
      combination,
      thread,
      cold,
      call,
      steps: made.filter((one) => one.call === call).map(({ text }) => text),
      reference: cold ? observation.census : null,
    }))
    .filter(({ steps }) => steps.length > 0);
}

/** Of the first process that was started: what it becomes is not ours to judge. */
function beforeExec(seen: readonly TracedCall[]): TracedCall[] {
  const child = seen.find(({ call }) => call === 'execve')?.thread;
  const own = seen.filter(({ thread }) => thread === child);
  return own.slice(0, own.findIndex(({ call }) => call === 'execve') + 1);
}
