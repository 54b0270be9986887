import {
  PLANTS,
  check,
  isSeenLate
} from "./chunk-JRA7DG2O.js";
import {
  takeCensus
} from "./chunk-SLFFNYBJ.js";

// src/worker/tally.ts
var FAULTS_KEPT = 20;
var Tally = class {
  #transport;
  #connections = 0;
  #bytes = 0;
  #lostBytes = 0;
  #faults = [];
  #faultCount = 0;
  #worstSpawnMs = 0;
  #worstWaitMs = 0;
  #worstWholeMs = 0;
  #withGrandchild = 0;
  #seenLate = 0;
  #idle = null;
  #otherHeaps;
  /** @param otherHeaps of further threads. Unit: bytes */
  constructor(transport, otherHeaps = () => 0) {
    this.#transport = transport;
    this.#otherHeaps = otherHeaps;
  }
  /** To be called once, after some connections, with none open. */
  rest() {
    this.#idle = takeCensus(this.#otherHeaps());
  }
  add(plan, outcome, { spawnMs, waitMs }) {
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
  report(settled = false) {
    const figures = {
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
      settled
    };
    process.stdout.write(`${JSON.stringify(figures)}
`);
  }
};

// src/worker/task.ts
import { parseArgs } from "util";
function workerTask() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      until: { type: "string", default: "0" },
      every: { type: "string", default: "1000" },
      plant: { type: "string", multiple: true, default: [] }
    }
  });
  let isStopped = false;
  const stop = () => isStopped = true;
  process.once("SIGTERM", stop);
  process.stdin.once("end", stop).resume();
  return {
    seed: Number(values.seed),
    jobs: Number(values.jobs),
    until: Number(values.until),
    every: Number(values.every),
    plants: PLANTS.filter((plant) => values.plant.includes(plant)),
    isStopped: () => isStopped
  };
}

export {
  Tally,
  workerTask
};
