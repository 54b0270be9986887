import { type BenchCase, NotRunError, type RunContext } from '../bench-case.ts';
import type { Sample } from '../metric.ts';

export interface CaseResult {
  readonly benchCase: BenchCase;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** The samples of each contender, in the order of the rounds. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
  /** Duration of the case. Unit: seconds. */
  readonly seconds: number;
  /** Why the case did not run or did not finish. */
  readonly notRun: string | null;
  /** Whether that was an error, instead of a missing program or Ctrl-C. */
  readonly failed: boolean;
}

/**
 * Runs a case: in every round each contender once, each round beginning with another one, so that the other
 * work of the machine affects all of them alike. Does not reject.
 *
 * @param limitSeconds no further round begins after this time
 */
export async function runCase(
  benchCase: BenchCase,
  context: RunContext,
  onStep: (step: string) => void,
  limitSeconds = Infinity,
): Promise<CaseResult> {
  const begin = performance.now();
  const seconds = () => Math.round((performance.now() - begin) / 100) / 10;
  const ids = Object.keys(benchCase.contenders);
  const samples: Record<string, Sample[]> = Object.fromEntries(ids.map((id) => [id, []]));
  const rounds = benchCase.rounds[context.quick ? 'quick' : 'full'];
  let parameters: CaseResult['parameters'] = {};
  let problem: unknown = null;
  try {
    const opened = await benchCase.open(context);
    ({ parameters } = opened);
    try {
      for (let round = 0; round < rounds; round++) {
        if (round > 0 && seconds() > limitSeconds) break;
        for (const id of inTurn(ids, round)) {
          context.signal.throwIfAborted();
          onStep(`round ${round + 1} of ${rounds}, ${benchCase.contenders[id]}`);
          samples[id]?.push(await (opened.run[id] as () => Promise<Sample>)());
        }
      }
    } finally {
      await opened.close?.();
    }
  } catch (error) {
    problem = error;
  }
  return {
    benchCase,
    parameters,
    samples,
    seconds: seconds(),
    ...outcome(problem, context.signal),
  };
}

/** The ids, beginning with the one at `offset`. */
export function inTurn(ids: readonly string[], offset: number): string[] {
  const start = offset % ids.length;
  return [...ids.slice(start), ...ids.slice(0, start)];
}

function outcome(problem: unknown, signal: AbortSignal): Pick<CaseResult, 'notRun' | 'failed'> {
  if (problem === null) return { notRun: null, failed: false };
  if (signal.aborted) return { notRun: 'interrupted', failed: false };
  if (problem instanceof NotRunError) return { notRun: problem.message, failed: false };
  const message = problem instanceof Error ? problem.message : String(problem);
  return { notRun: `failed: ${message}`, failed: true };
}
