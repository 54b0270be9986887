import type { FaultCase } from '../matrix/fault-case.js';
import { type CaseResult, runCase } from './run-case.js';
import type { Stage } from './stage.js';

/** All cases, some at a time; in the order of the cases, whatever ends first. */
export async function runAll(
  cases: readonly FaultCase[],
  stage: Stage,
  { jobs, signal, onCase }: RunOptions,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      signal.throwIfAborted();
      const index = next++;
      const result = await runCase(cases[index] as FaultCase, stage, signal);
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
