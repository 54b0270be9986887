import { judge, type Verdict } from '../judge.ts';
import type { FaultCase } from '../fault-case.ts';
import { runProbe } from './run-probe.ts';
import { injecting } from './strace.ts';
import type { WorkDir } from './work-dir.ts';

export interface CaseResult {
  readonly case: FaultCase;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** The failed call, as strace prints it. */
  readonly injectedCall: string | null;
}

/** Runs all cases, `jobs` at a time. The results are in the order of the cases. */
export async function runAll(
  cases: readonly FaultCase[],
  workDir: WorkDir,
  { jobs, signal, onCase }: RunOptions,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const queue = cases.entries();
  const work = async () => {
    for (const [index, faultCase] of queue) {
      signal.throwIfAborted();
      const result = await runCase(faultCase, workDir, signal);
      signal.throwIfAborted();
      results[index] = result;
      onCase(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

export interface RunOptions {
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onCase: (result: CaseResult) => void;
}

export async function runCase(
  faultCase: FaultCase,
  workDir: WorkDir,
  signal: AbortSignal,
): Promise<CaseResult> {
  const { config, stderr, nodeOptions, injection, deadlineMs } = faultCase;
  const from = performance.now();
  const run = await runProbe({
    config,
    stderr,
    nodeOptions: nodeOptions.map((option) => option.replace('{programs}', workDir.programs)),
    program: `${workDir.programs}/main.mjs`,
    folder: workDir.case(config.wireBytes, config.payloadBytes),
    trace: injection && { thread: injection.thread, what: injecting(injection) },
    deadlineMs,
    signal,
  });
  const seconds = (performance.now() - from) / 1_000;
  const injectedCall = run.calls.find(({ injected }) => injected)?.text ?? null;
  return { case: faultCase, verdict: judge(faultCase, run), seconds, injectedCall };
}
