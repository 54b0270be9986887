/** Something to be fuzzed: throws when what it should hold does not hold. */
type Target = (input: Buffer) => void;
type TargetName = 'lines' | 'forward' | 'explain';
declare const TARGETS: Readonly<Record<TargetName, Target>>;

/** The inputs that are kept, in the order of their names. */
declare function readCorpus(target: TargetName): Buffer[];

/** A number from 0 up to, but not including, `below`. */
type Random = (below: number) => number;
/** The same numbers for the same seed, everywhere. */
declare function seededRandom(seed: number): Random;
/** One to four small changes to an input; `other` is crossed in now and then. */
declare function mutate(input: Buffer, other: Buffer, random: Random): Buffer;

/** An input that broke something. */
interface Crash {
    readonly input: Buffer;
    readonly error: Error;
}
interface FuzzProgress {
    readonly runs: number;
    readonly corpus: number;
    readonly blocks: number;
}
interface FuzzResult extends FuzzProgress {
    readonly crash: Crash | null;
    /** Inputs that found something new, the given ones first. */
    readonly interesting: readonly Buffer[];
}
interface FuzzOptions {
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
/** Changes inputs that found new code, in the hope that the next one does again. */
declare function fuzz(options: FuzzOptions): Promise<FuzzResult>;

export { type Crash, type FuzzResult, TARGETS, type Target, type TargetName, fuzz, mutate, readCorpus, seededRandom };
