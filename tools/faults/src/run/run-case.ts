import { judge } from '../judge/judge.js';
import type { Verdict } from '../judge/verdict.js';
import type { FaultCase } from '../matrix/fault-case.js';
import { runProbe } from './run-probe.js';
import type { Stage } from './stage.js';
import { injecting } from './strace.js';

export interface CaseResult {
  readonly case: FaultCase;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** The call that was made to fail, as strace shows it. */
  readonly strike: string | null;
}

export async function runCase(
  faultCase: FaultCase,
  stage: Stage,
  signal: AbortSignal,
): Promise<CaseResult> {
  const { order, stderr, nodeOptions, injection, deadlineMs } = faultCase;
  const from = performance.now();
  const run = await runProbe({
    order,
    stderr,
    nodeOptions,
    folder: stage.case(order.wireBytes, order.payloadBytes),
    trace: injection && { thread: injection.thread, what: injecting(injection) },
    deadlineMs,
    signal,
  });
  const seconds = (performance.now() - from) / 1_000;
  const strike = run.calls.find(({ injected }) => injected)?.text ?? null;
  return { case: faultCase, verdict: judge(faultCase, run), seconds, strike };
}
