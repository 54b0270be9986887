import { readdirSync } from 'node:fs';
import { childProcesses, openDescriptors } from '@rsync-io/testkit';

/** What a process holds at one moment. */
export interface Census {
  readonly descriptors: number;
  readonly threads: number;
  readonly children: number;
  /** Unit: bytes, after a garbage collection. */
  readonly memory: number;
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
  readonly worstWholeMs: number;
  /** After the first few connections, with none open. */
  readonly idle: Census;
  readonly census: Census;
  /** The last line of a worker: everything of it has settled. */
  readonly settled: boolean;
}

export function takeCensus(): Census {
  // Workers are started with --expose-gc; twice, for what the first one finalized.
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    descriptors: openDescriptors() ?? 0,
    threads: readdirSync('/proc/self/task').length,
    children: childProcesses()?.length ?? 0,
    memory: process.memoryUsage.rss(),
  };
}
