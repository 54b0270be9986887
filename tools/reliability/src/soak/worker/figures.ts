import { readdirSync } from 'node:fs';
import { childProcesses, openDescriptors } from '@rsync-io/testkit/lab';
import { check, isSeenLate, type Outcome } from '../check.ts';
import type { Plan } from '../workload.ts';

/** The resources of a process at one moment. */
export interface Census {
  readonly descriptors: number;
  readonly threads: number;
  readonly children: number;
  /** Resident memory after a garbage collection. Unit: bytes. */
  readonly memory: number;
  /** JavaScript heap of all known threads after a garbage collection. Unit: bytes. */
  readonly heap: number;
}

/** A worker's report, one line of JSON. */
export interface Figures {
  readonly transport: 'async' | 'sync';
  readonly connections: number;
  /** Of stderr. */
  readonly bytes: number;
  readonly lostBytes: number;
  /** Descriptions of the first faults. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  /** Unit: milliseconds. */
  readonly worstSpawnMs: number;
  /** From the child's end to the return of `wait()`. */
  readonly worstWaitMs: number;
  readonly worstWholeMs: number;
  /** Connections with a grandchild, and how many of them ended so late that it wrote before. */
  readonly withGrandchild: number;
  readonly seenLate: number;
  /** Before the measured connections, with none open. */
  readonly idle: Census;
  readonly census: Census;
  /** The worker's last report: all its connections have ended. */
  readonly settled: boolean;
}

const FAULTS_KEPT = 20;

/** Unit: milliseconds. */
export interface Latencies {
  readonly spawnMs: number;
  /** From the child's end to the return of `wait()`; 0 if that end was not observed. */
  readonly waitMs: number;
}

/** Counts what a worker observes and prints it. */
export class Tally {
  readonly #figures;
  readonly #otherHeaps: () => number;
  #idle: Census | null = null;

  /** @param otherHeaps heap of further threads. Unit: bytes */
  constructor(transport: Figures['transport'], otherHeaps = () => 0) {
    this.#otherHeaps = otherHeaps;
    this.#figures = {
      transport,
      connections: 0,
      bytes: 0,
      lostBytes: 0,
      faults: [] as string[],
      faultCount: 0,
      worstSpawnMs: 0,
      worstWaitMs: 0,
      worstWholeMs: 0,
      withGrandchild: 0,
      seenLate: 0,
    };
  }

  /** Takes the census to compare with. Call it once, after the warm-up, with no connection open. */
  setIdle(): void {
    this.#idle = takeCensus(this.#otherHeaps());
  }

  add(plan: Plan, outcome: Outcome, { spawnMs, waitMs }: Latencies): void {
    const figures = this.#figures;
    figures.connections += 1;
    figures.bytes += outcome.stderr.totalBytes;
    figures.worstSpawnMs = Math.max(figures.worstSpawnMs, spawnMs);
    figures.worstWaitMs = Math.max(figures.worstWaitMs, waitMs);
    figures.worstWholeMs = Math.max(figures.worstWholeMs, outcome.ms);
    if (plan.grandchildMs > 0) figures.withGrandchild += 1;
    if (isSeenLate(plan, outcome)) figures.seenLate += 1;
    for (const { description, lostBytes } of check(plan, outcome)) {
      figures.faultCount += 1;
      figures.lostBytes += lostBytes;
      if (figures.faults.length < FAULTS_KEPT) figures.faults.push(description);
    }
  }

  print(settled = false): void {
    const census = takeCensus(this.#otherHeaps());
    const figures: Figures = { ...this.#figures, idle: this.#idle ?? census, census, settled };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}

/** Collects garbage first; the worker is started with `--expose-gc`. */
export function takeCensus(otherHeaps = 0): Census {
  collectGarbage();
  return {
    descriptors: openDescriptors() ?? 0,
    threads: readdirSync('/proc/self/task').length,
    children: childProcesses()?.length ?? 0,
    memory: process.memoryUsage.rss(),
    heap: process.memoryUsage().heapUsed + otherHeaps,
  };
}

/** Twice: the second collection frees what the first one finalized. */
export function collectGarbage(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}
