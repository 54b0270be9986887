import type { BenchCase, Sample } from '../bench-case.ts';
import { type Bench, NotRunError, openCase, type Runs } from '../open-case.ts';

export interface CaseResult {
  readonly benchCase: BenchCase;
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
  bench: Bench,
  onStep: (step: string) => void,
  limitSeconds = Infinity,
  open = openCase,
): Promise<CaseResult> {
  const begin = performance.now();
  const seconds = () => Math.round((performance.now() - begin) / 100) / 10;
  const ids = Object.keys(benchCase.contenders);
  const samples: Record<string, Sample[]> = Object.fromEntries(ids.map((id) => [id, []]));
  const rounds = benchCase.rounds[bench.quick ? 0 : 1];
  let outcome: Pick<CaseResult, 'notRun' | 'failed'> = { notRun: null, failed: false };
  try {
    const runs = await open(benchCase, bench);
    for (let round = 0; round < rounds; round++) {
      if (round > 0 && seconds() > limitSeconds) break;
      for (const id of inTurn(ids, round)) {
        bench.signal.throwIfAborted();
        onStep(`round ${round + 1} of ${rounds}, ${benchCase.contenders[id]?.[0]}`);
        samples[id]?.push(...[await (runs[id] as Runs[string])()].flat());
      }
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (bench.signal.aborted) outcome = { notRun: 'interrupted', failed: false };
    else if (error instanceof NotRunError) outcome = { notRun: message, failed: false };
    else outcome = { notRun: `failed: ${message}`, failed: true };
  }
  for (const end of bench.atEnd.splice(0).reverse()) await end();
  return { benchCase, samples, seconds: seconds(), ...outcome };
}

/** The ids, beginning with the one at `offset`. */
export function inTurn(ids: readonly string[], offset: number): string[] {
  const start = offset % ids.length;
  return [...ids.slice(start), ...ids.slice(0, start)];
}
