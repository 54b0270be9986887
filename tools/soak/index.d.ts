import { StderrSnapshot } from '@rsync-io/aux-channel';
import { BlobFigures, BlobProgress } from './blob.js';

/** How a child of the workload ends. */
type Ending = {
    readonly kind: 'exit';
    readonly code: number;
}
/** By a signal of its own. */
 | {
    readonly kind: 'signal';
    readonly signal: 'KILL' | 'TERM' | 'USR2';
}
/** It would go on; its owner kills it, aborts, or lets the I/O or the connect watchdog do it. */
 | {
    readonly kind: 'killed' | 'aborted' | 'stalled' | 'unconnected';
    readonly afterMs: number;
};
/** What one connection of the workload does. */
interface Plan {
    readonly id: number;
    readonly backend: 'socketpair' | 'pipe';
    /** Numbered lines on stderr. */
    readonly lines: number;
    /** A last line without an end. */
    readonly prompt: boolean;
    /** Bytes sent through the child and back. */
    readonly wireBytes: number;
    /** A grandchild holds fd 2 for so long, and then writes to it; 0: none. Unit: milliseconds. */
    readonly grandchildMs: number;
    /** The child closes fd 2 long before its end. */
    readonly closesEarly: boolean;
    readonly ending: Ending;
}
/** A number from 0 up to, but not including, `below`. */
type Random = (below: number) => number;
/** The same numbers for the same seed, everywhere. */
declare function seededRandom(seed: number): Random;
/** Mostly short and quiet ones, as transfers are; some floods, and all that goes wrong. */
declare function randomPlan(id: number, random: Random): Plan;

/**
 * The child as a program of `sh -c`: cheap to start, and it says something that can be checked to the
 * byte. Everything that it leaves behind ends by itself.
 */
declare function childScript(plan: Plan): string;
/** All that the child writes to stderr if it comes so far. */
declare function expectedStderr({ id, lines, prompt }: Plan): Buffer;

/** What came of a connection. */
interface Outcome {
    /** The exit code or signal; an error's name where `wait()` threw. */
    readonly ended: string;
    readonly stderr: StderrSnapshot;
    /** Everything that was forwarded; `null` where nobody looked. */
    readonly forwarded: Buffer | null;
    /** What came back by the wire. */
    readonly received: Buffer;
    readonly sent: Buffer;
    /** From before the spawn until `wait()` had returned. Unit: milliseconds. */
    readonly ms: number;
}
/** What is wrong with an outcome, in words; and how many bytes were lost. */
interface Fault {
    readonly what: string;
    readonly lostBytes: number;
}
/** Compares an outcome with what the child is known to have done. */
declare function check(plan: Plan, outcome: Outcome): Fault[];

/** What a process holds at one moment. */
interface Census {
    readonly descriptors: number;
    readonly threads: number;
    readonly children: number;
    /** Resident memory of the process, after a garbage collection. Unit: bytes. */
    readonly memory: number;
    /** What JavaScript keeps alive, in all threads that this is known of. Unit: bytes. */
    readonly heap: number;
}
/** What a worker reports, as one line of JSON. */
interface Figures {
    readonly transport: 'async' | 'sync';
    readonly connections: number;
    /** On stderr. */
    readonly bytes: number;
    readonly lostBytes: number;
    /** Newest faults, in words. */
    readonly faults: readonly string[];
    readonly faultCount: number;
    /** Unit: milliseconds. */
    readonly worstSpawnMs: number;
    /** From the child's end to the return of `wait()`. */
    readonly worstWaitMs: number;
    readonly worstWholeMs: number;
    /** Connections with a grandchild; and those whose child's end was seen so late that it spoke before. */
    readonly withGrandchild: number;
    readonly seenLate: number;
    /** After the first few connections, with none open. */
    readonly idle: Census;
    readonly census: Census;
    /** The last line of a worker: everything of it has settled. */
    readonly settled: boolean;
}

/** How something developed over a run. Unit: bytes. */
interface Trend {
    /** Medians of the second quarter of the run, and of its last. */
    readonly early: number;
    readonly late: number;
    /** Growth for each connection, over the last three quarters: the slope of the line that fits best. */
    readonly perConnection: number;
}
interface Sample {
    /** Since the beginning. Unit: milliseconds. */
    readonly ms: number;
    readonly figures: Figures;
}
declare function trend(samples: readonly Sample[], of: 'memory' | 'heap'): Trend;

/** What one worker told over its life. */
interface History {
    readonly transport: Figures['transport'];
    /** `null`: it told nothing. */
    readonly last: Figures | null;
    /** Resident memory of the process. */
    readonly memory: Trend;
    /** What its JavaScript keeps alive, the drain thread's included. */
    readonly heap: Trend;
    /** How long it ran. */
    readonly ms: number;
}
/** Unit: bytes. */
declare const FLAT_BYTES: number;
/** Unit: bytes. */
declare const FLAT_HEAP_BYTES: number;
/** What is wrong, in words; empty: nothing. */
declare function problems({ transport, memory, heap, last, ms }: History): string[];
declare function blobProblems(figures: BlobFigures): string[];

interface BlobOptions {
    readonly gibibytes: number;
    /** Short connections meanwhile. */
    readonly beside: number;
    readonly onProgress?: (progress: BlobProgress) => void;
    readonly signal?: AbortSignal;
}
/** @returns `null` when it was stopped, or came to no end */
declare function runBlob(options: BlobOptions): Promise<BlobFigures | null>;

/** Faults that a worker makes on purpose, so that tests see them caught on the whole way to the report. */
declare const PLANTS: readonly ["byte", "descriptor", "thread", "child", "orphan", "memory"];
type Plant = (typeof PLANTS)[number];

interface SoakOptions {
    readonly ms: number;
    readonly seed: number;
    /** Connections at a time, of the asynchronous worker. */
    readonly jobs: number;
    readonly onFigures?: (figures: readonly Figures[]) => void;
    /** Ends the workload early; the report is made all the same. */
    readonly signal?: AbortSignal;
    /** Faults to make on purpose, in both workers, to see them caught. */
    readonly plants?: readonly Plant[];
    /** How long grandchildren may take to end after the workers. Unit: milliseconds. */
    readonly patienceMs?: number;
}
interface SoakReport {
    readonly seed: number;
    readonly seconds: number;
    readonly connections: number;
    readonly bytes: number;
    readonly lostBytes: number;
    /** Processes that did not end by themselves. */
    readonly leftOver: number;
    readonly problems: readonly string[];
    readonly histories: readonly History[];
}
/** Both transports at once, each in a process of its own. */
declare function runSoak(options: SoakOptions): Promise<SoakReport>;

export { BlobFigures, type BlobOptions, type Census, FLAT_BYTES, FLAT_HEAP_BYTES, type Fault, type Figures, type History, type Outcome, PLANTS, type Plan, type Plant, type Sample, type SoakOptions, type SoakReport, type Trend, blobProblems, check, childScript, expectedStderr, problems, randomPlan, runBlob, runSoak, seededRandom, trend };
