import { Coverage } from './coverage.js';
import { mutate, type Random } from './mutate.js';
import type { Target } from './targets.js';

/** An input that broke something. */
export interface Crash {
  readonly input: Buffer;
  readonly error: Error;
}

export interface FuzzProgress {
  readonly runs: number;
  readonly corpus: number;
  readonly blocks: number;
}

export interface FuzzResult extends FuzzProgress {
  readonly crash: Crash | null;
  /** Inputs that found something new, the given ones first. */
  readonly interesting: readonly Buffer[];
}

export interface FuzzOptions {
  readonly target: Target;
  readonly corpus: readonly Buffer[];
  readonly random: Random;
  /** Ends at the first of both. */
  readonly maxRuns: number;
  readonly maxMs: number;
  /** For the URL of a script: whether new code in it counts. */
  readonly isWatched: (url: string) => boolean;
  readonly onProgress?: (progress: FuzzProgress) => void;
  readonly signal?: AbortSignal;
}

/** One input takes a fraction of a millisecond; one that takes so long is a crash as well. Unit: ms. */
const LONGEST_RUN_MS = 5_000;
const BETWEEN_PROGRESS = 2_000;
const BATCH = 32;

/** Changes inputs that found new code, in the hope that the next one does again. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { target, random, maxRuns, maxMs, isWatched, onProgress, signal } = options;
  await using coverage = await Coverage.start(isWatched);
  const interesting: Buffer[] = [];
  let runs = 0;
  const until = performance.now() + maxMs;
  const progress = (): FuzzProgress => ({
    runs,
    corpus: interesting.length,
    blocks: coverage.blocks,
  });
  const ended = (crash: Crash | null): FuzzResult => ({ ...progress(), crash, interesting });

  const run = (input: Buffer): Crash | null => {
    runs += 1;
    const from = performance.now();
    try {
      target(input);
    } catch (error) {
      return { input, error: error as Error };
    }
    if (performance.now() - from <= LONGEST_RUN_MS) return null;
    return { input, error: new Error(`took longer than ${LONGEST_RUN_MS} ms`) };
  };
  /** To ask V8 takes longer than to run: so many are run, and told apart only if one found something. */
  const tryAll = async (inputs: readonly Buffer[]): Promise<Crash | null> => {
    for (const input of inputs) {
      const crash = run(input);
      if (crash !== null) return crash;
    }
    if ((await coverage.take()) === 0) return null;
    for (const input of inputs) {
      const crash = run(input);
      if (crash !== null) return crash;
      if (await coverage.takeAgain()) interesting.push(Buffer.from(input));
    }
    coverage.remember();
    return null;
  };

  const seeds = options.corpus.length > 0 ? options.corpus : [Buffer.alloc(0)];
  for (const input of seeds) {
    const crash = run(input);
    if (crash !== null) return ended(crash);
    interesting.push(input);
  }
  await coverage.take();
  coverage.remember();
  let told = 0;
  while (runs < maxRuns && performance.now() < until && signal?.aborted !== true) {
    const pick = () => interesting[random(interesting.length)] as Buffer;
    const batch = Array.from({ length: BATCH }, () => mutate(pick(), pick(), random));
    const crash = await tryAll(batch);
    if (crash !== null) return ended(shortened(crash, target));
    if (runs - told < BETWEEN_PROGRESS) continue;
    told = runs;
    onProgress?.(progress());
  }
  return ended(null);
}

/** The same crash by fewer bytes: easier to read, and to keep. */
function shortened(crash: Crash, target: Target): Crash {
  let best = crash;
  for (let size = best.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.input.length;) {
      const input = Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + size)]);
      try {
        target(input);
        at += size;
      } catch (error) {
        best = { input, error: error as Error };
      }
    }
  }
  return best;
}
