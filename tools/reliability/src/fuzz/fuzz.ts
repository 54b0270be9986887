import type { Random } from '@rsync-io/kit/random';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import type { Target } from './targets.ts';

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

/** An input that breaks the target. */
interface Crash {
  readonly input: Buffer;
  readonly error: Error;
}

/** A run takes a fraction of a millisecond; one that takes this long is a crash. Unit: milliseconds. */
const MAX_RUN_MS = 5_000;
const SHORTEN_MS = 10_000;
/**
 * Reading the coverage takes longer than a run. It is read once for each batch, and for each input only if
 * the batch reached something new.
 */
const BATCH = 32;

/** Mutates inputs and keeps those that reach new code, to mutate them further. */
export async function fuzz({ target, random, signal, ...options }: FuzzOptions) {
  await using coverage = await Coverage.start(options.isWatched);
  const interesting = options.corpus.length > 0 ? [...options.corpus] : [Buffer.alloc(0)];
  let runs = 0;
  const crashes: Crash[] = [];
  const run = (input: Buffer): boolean => {
    runs += 1;
    const crash = crashOf(target, input);
    if (crash !== null) crashes.push(crash);
    return crash === null;
  };
  interesting.every(run);
  await coverage.learn();
  const pick = () => interesting[random(interesting.length)] as Buffer;
  const until = performance.now() + options.maxMs;
  const goesOn = () => runs < options.maxRuns && performance.now() < until && !signal?.aborted;
  while (crashes.length === 0 && goesOn()) {
    const inputs = Array.from({ length: BATCH }, () => mutate(pick(), pick(), random));
    const isWhole = inputs.every(run);
    const fresh = await coverage.fresh();
    if (!isWhole || fresh.length === 0) continue;
    for (const input of inputs) {
      if (run(input) && (await coverage.learn())) interesting.push(Buffer.from(input));
    }
    for (const block of fresh) coverage.known.add(block);
  }
  const [crash = null] = crashes;
  const blocks = coverage.known.size;
  return { runs, blocks, interesting, crash: crash && shortened(crash, target) };
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

/** Removes bytes that the crash does not need, as many as it can in a few seconds. */
function shortened(crash: Crash, target: Target): Crash {
  let best = crash;
  const until = performance.now() + SHORTEN_MS;
  for (let size = best.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.input.length && performance.now() < until;) {
      const input = Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + size)]);
      const shorter = crashOf(target, input);
      if (shorter === null) at += size;
      else best = shorter;
    }
  }
  return best;
}
