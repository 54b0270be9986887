import { readdirSync } from 'node:fs';
import { childProcesses, openDescriptors } from '@rsync-io/testkit';

/** What a process holds at one moment. */
export interface Census {
  readonly descriptors: number;
  readonly threads: number;
  readonly children: number;
  /** Resident memory of the process, after a garbage collection. Unit: bytes. */
  readonly memory: number;
  /** What JavaScript keeps alive, in all threads that this is known of. Unit: bytes. */
  readonly heap: number;
}

/** What a worker reports, as one line of JSON. */
export interface Figures {
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

/** @param otherHeaps of further threads. Unit: bytes */
export function takeCensus(otherHeaps = 0): Census {
  // Workers are started with --expose-gc; twice, for what the first one finalized.
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    descriptors: openDescriptors() ?? 0,
    threads: readdirSync('/proc/self/task').length,
    children: childProcesses()?.length ?? 0,
    memory: process.memoryUsage.rss(),
    heap: process.memoryUsage().heapUsed + otherHeaps,
  };
}
