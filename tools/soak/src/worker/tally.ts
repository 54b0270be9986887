import { check, isSeenLate, type Outcome } from '../workload/check.js';
import type { Plan } from '../workload/plan.js';
import { type Census, type Figures, takeCensus } from './figures.js';

const FAULTS_KEPT = 20;

/** Unit: milliseconds. */
export interface Latencies {
  readonly spawnMs: number;
  /** From the child's end to the return of `wait()`; 0 where that end was not seen. */
  readonly waitMs: number;
}

/** Counts what a worker sees, and writes it as a line of JSON. */
export class Tally {
  readonly #transport: Figures['transport'];
  #connections = 0;
  #bytes = 0;
  #lostBytes = 0;
  #faults: string[] = [];
  #faultCount = 0;
  #worstSpawnMs = 0;
  #worstWaitMs = 0;
  #worstWholeMs = 0;
  #withGrandchild = 0;
  #seenLate = 0;
  #idle: Census | null = null;

  readonly #otherHeaps: () => number;

  /** @param otherHeaps of further threads. Unit: bytes */
  constructor(transport: Figures['transport'], otherHeaps = () => 0) {
    this.#transport = transport;
    this.#otherHeaps = otherHeaps;
  }

  /** To be called once, after some connections, with none open. */
  rest(): void {
    this.#idle = takeCensus(this.#otherHeaps());
  }

  add(plan: Plan, outcome: Outcome, { spawnMs, waitMs }: Latencies): void {
    this.#connections += 1;
    this.#bytes += outcome.stderr.totalBytes;
    this.#worstSpawnMs = Math.max(this.#worstSpawnMs, spawnMs);
    this.#worstWaitMs = Math.max(this.#worstWaitMs, waitMs);
    this.#worstWholeMs = Math.max(this.#worstWholeMs, outcome.ms);
    if (plan.grandchildMs > 0) this.#withGrandchild += 1;
    if (isSeenLate(plan, outcome)) this.#seenLate += 1;
    const faults = check(plan, outcome);
    this.#faultCount += faults.length;
    for (const { what, lostBytes } of faults) {
      this.#lostBytes += lostBytes;
      if (this.#faults.length < FAULTS_KEPT) this.#faults.push(what);
    }
  }

  report(settled = false): void {
    const figures: Figures = {
      transport: this.#transport,
      connections: this.#connections,
      bytes: this.#bytes,
      lostBytes: this.#lostBytes,
      faults: this.#faults,
      faultCount: this.#faultCount,
      worstSpawnMs: this.#worstSpawnMs,
      worstWaitMs: this.#worstWaitMs,
      worstWholeMs: this.#worstWholeMs,
      withGrandchild: this.#withGrandchild,
      seenLate: this.#seenLate,
      idle: this.#idle ?? takeCensus(this.#otherHeaps()),
      census: takeCensus(this.#otherHeaps()),
      settled,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}
