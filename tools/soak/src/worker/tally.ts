import type { Fault } from '../workload/check.js';
import { type Census, type Figures, takeCensus } from './figures.js';

const FAULTS_KEPT = 20;

/** Counts what a worker sees, and writes it as a line of JSON. */
export class Tally {
  readonly #transport: Figures['transport'];
  #connections = 0;
  #bytes = 0;
  #lostBytes = 0;
  #faults: string[] = [];
  #faultCount = 0;
  #worstSpawnMs = 0;
  #worstWholeMs = 0;
  #idle: Census | null = null;

  constructor(transport: Figures['transport']) {
    this.#transport = transport;
  }

  /** To be called once, after some connections, with none open. */
  rest(): void {
    this.#idle = takeCensus();
  }

  add(faults: readonly Fault[], bytes: number, spawnMs: number, wholeMs: number): void {
    this.#connections += 1;
    this.#bytes += bytes;
    this.#worstSpawnMs = Math.max(this.#worstSpawnMs, spawnMs);
    this.#worstWholeMs = Math.max(this.#worstWholeMs, wholeMs);
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
      worstWholeMs: this.#worstWholeMs,
      idle: this.#idle ?? takeCensus(),
      census: takeCensus(),
      settled,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}
