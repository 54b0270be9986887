import { readdirSync } from 'node:fs';
import { childProcesses, openDescriptors } from '@rsync-io/testkit/lab';
import { check, type Outcome } from '../check.ts';
import type { Plan } from '../workload.ts';
import { excused } from './metronome.ts';

/** The resources of a process at one moment. */
export interface Census {
  readonly descriptors: number;
  readonly threads: number;
  /** Zombies included. */
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
  /** The first problems, and the number of all. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  /** Longest time by which `wait()` of a quiet connection was late. Unit: milliseconds. */
  readonly heldUpMs: number;
  readonly lostThreads: number;
  /** Before the measured connections, with none open. */
  readonly idle: Census;
  readonly census: Census;
  /** The worker's last report: all its connections have ended. */
  readonly settled: boolean;
}

const FAULTS_KEPT = 20;
/** Output of a connection that others could hold up; delivering more takes time of its own. Unit: bytes. */
const QUIET_BYTES = 1_000;

/** Whether only other connections, or waiting for a grandchild, can delay the `wait()` of this one. */
const isQuiet = ({ stderr, ending, sink }: Plan, { besideLost }: Outcome) =>
  stderr.bytes <= QUIET_BYTES &&
  !('afterMs' in ending) &&
  (sink === 'function' || sink === 'file') &&
  !besideLost;

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
      faults: [] as string[],
      faultCount: 0,
      heldUpMs: 0,
      lostThreads: 0,
    };
  }

  /** Takes the census to compare with. Call it once, after the warm-up, with no connection open. */
  setIdle(): void {
    this.#idle = this.#census();
  }

  add(plan: Plan, outcome: Outcome, heldUpMs: number): void {
    const figures = this.#figures;
    figures.connections += 1;
    figures.bytes += outcome.stderr.totalBytes;
    if (isQuiet(plan, outcome)) figures.heldUpMs = Math.max(figures.heldUpMs, heldUpMs);
    if (outcome.ended === 'DrainThreadLostError' && plan.ending.kind === 'lost') {
      figures.lostThreads += 1;
    }
    excused(() => check(plan, outcome)).forEach((fault) => this.report(fault));
  }

  report(fault: string): void {
    this.#figures.faultCount += 1;
    if (this.#figures.faults.length < FAULTS_KEPT) this.#figures.faults.push(fault);
  }

  print(settled = false): void {
    const census = excused(() => this.#census());
    const figures: Figures = { ...this.#figures, idle: this.#idle ?? census, census, settled };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }

  /** Collects garbage first; the worker is started with `--expose-gc`. */
  #census(): Census {
    // Twice: the second collection frees what the first one finalized.
    globalThis.gc?.();
    globalThis.gc?.();
    return {
      descriptors: openDescriptors() ?? 0,
      threads: readdirSync('/proc/self/task').length,
      children: childProcesses()?.length ?? 0,
      memory: process.memoryUsage.rss(),
      heap: process.memoryUsage().heapUsed + this.#otherHeaps(),
    };
  }
}
