import type { Random } from '@rsync-io/kit/random';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import type { Target } from './targets.ts';

/** An input that breaks the target. */
export interface Crash {
  readonly input: Buffer;
  readonly error: Error;
}

export interface FuzzResult {
  readonly runs: number;
  /** Number of blocks of the code, with their counts, that have run. */
  readonly blocks: number;
  readonly crash: Crash | null;
  /** The corpus and the inputs that reached new code. */
  readonly interesting: readonly Buffer[];
}

export interface FuzzOptions {
  readonly target: Target;
  readonly corpus: readonly Buffer[];
  readonly random: Random;
  /** Ends at the first of both limits. */
  readonly maxRuns: number;
  readonly maxMs: number;
  /** Whether code of the script with this URL counts. */
  readonly isWatched: (url: string) => boolean;
  readonly signal?: AbortSignal;
}

/** A run takes a fraction of a millisecond; one that takes this long is a crash. Unit: milliseconds. */
const MAX_RUN_MS = 5_000;
const BATCH = 32;

/** Mutates inputs and keeps those that reach new code, to mutate them further. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { target, random, maxRuns, maxMs, signal } = options;
  await using coverage = await Coverage.start(options.isWatched);
  const interesting = options.corpus.length > 0 ? [...options.corpus] : [Buffer.alloc(0)];
  let runs = 0;
  const until = performance.now() + maxMs;
  const run = (inputs: readonly Buffer[]): Crash | null => {
    for (const input of inputs) {
      runs += 1;
      const crash = crashOf(target, input);
      if (crash !== null) return crash;
    }
    return null;
  };
  /** Asking V8 takes longer than a run, so a batch is told apart only if it reached something new. */
  const runBatch = async (inputs: readonly Buffer[]): Promise<Crash | null> => {
    const crash = run(inputs);
    if (crash !== null || (await coverage.take()) === 0) return crash;
    for (const input of inputs) {
      const crash = run([input]);
      if (crash !== null) return crash;
      if (await coverage.takeAgain()) interesting.push(Buffer.from(input));
    }
    coverage.remember();
    return null;
  };

  let crash = run(interesting);
  await coverage.take();
  coverage.remember();
  while (crash === null && runs < maxRuns && performance.now() < until && !signal?.aborted) {
    const pick = () => interesting[random(interesting.length)] as Buffer;
    crash = await runBatch(Array.from({ length: BATCH }, () => mutate(pick(), pick(), random)));
  }
  return { runs, blocks: coverage.blocks, crash: crash && shortened(crash, target), interesting };
}

function crashOf(target: Target, input: Buffer): Crash | null {
  const from = performance.now();
  try {
    target(input);
  } catch (error) {
    return { input, error: error as Error };
  }
  if (performance.now() - from <= MAX_RUN_MS) return null;
  return { input, error: new Error(`took longer than ${MAX_RUN_MS} ms`) };
}

/** Removes bytes that the crash does not need. */
function shortened(crash: Crash, target: Target): Crash {
  let best = crash;
  for (let size = best.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.input.length;) {
      const input = Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + size)]);
      const shorter = crashOf(target, input);
      if (shorter === null) at += size;
      else best = shorter;
    }
  }
  return best;
}
