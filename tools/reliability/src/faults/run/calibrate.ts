import { DEADLINE_MS, makeCase } from '../cases/make-case.ts';
import { callsOf, type Count } from '../cases/system-calls.ts';
import { type Combination, COMBINATIONS, nameOf } from '../combination.ts';
import type { TracedThread } from '../fault-case.ts';
import { runProbe } from './run-probe.ts';
import type { TracedCall } from './strace.ts';
import type { WorkDir } from './work-dir.ts';

/** Counts the system calls in the section of each combination, without a fault. */
export async function calibrate(
  workDir: WorkDir,
  isNeeded: (combination: Combination) => boolean,
  signal: AbortSignal,
): Promise<Count[]> {
  const counts: Count[] = [];
  for (const combination of COMBINATIONS.filter(isNeeded)) {
    for (const [thread, cold] of sections(combination)) {
      signal.throwIfAborted();
      counts.push(...(await count(workDir, combination, thread, cold, signal)));
    }
  }
  return counts;
}

function sections({ transport }: Combination): [thread: TracedThread, cold: boolean][] {
  const warm: [TracedThread, boolean][] = [
    ['caller', false],
    ['child', false],
  ];
  if (transport === 'async') return warm;
  return [...warm, ['drain', false], ['caller', true], ['starting', true]];
}

async function count(
  workDir: WorkDir,
  combination: Combination,
  thread: TracedThread,
  cold: boolean,
  signal: AbortSignal,
): Promise<Count[]> {
  const calls = callsOf(thread, cold);
  const injection = { thread, cold, call: calls.join(','), errno: '', step: 0 };
  const { config, stderr } = makeCase(combination, 'system call', { title: 'count', injection });
  const { observation, calls: traced } = await runProbe({
    config,
    stderr,
    nodeOptions: [],
    program: `${workDir.programs}/main.mjs`,
    folder: workDir.case(config.wireBytes, config.payloadBytes),
    trace: { thread, what: [`trace=${calls.join(',')}`] },
    deadlineMs: DEADLINE_MS,
    signal,
  });
  const problem = observation?.connections[0]?.error ?? null;
  if (observation === null || problem !== null) {
    throw new Error(`${nameOf(combination)} fails without a fault: ${problem?.message}`);
  }
  const made = thread === 'child' ? beforeExec(traced) : traced;
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

/** The calls of the first child up to its exec; those of the new program do not matter. */
function beforeExec(traced: readonly TracedCall[]): TracedCall[] {
  const child = traced.find(({ call }) => call === 'execve')?.thread;
  const own = traced.filter(({ thread }) => thread === child);
  return own.slice(0, own.findIndex(({ call }) => call === 'execve') + 1);
}
