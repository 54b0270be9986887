import { readdirSync } from 'node:fs';
import { childProcesses, openDescriptors } from '@rsync-io/testkit/lab';
import { Arrivals } from '../../common/arrivals.ts';
import { childCommand, writtenTo } from '../../common/child.ts';
import { createMaterial } from '../../common/material.ts';
import { check, type Outcome } from '../check.ts';
import { type MixName, type Plan, plans, stepsOf, watchdogs } from '../workload.ts';
import { excused, startMetronome } from './metronome.ts';
import { ForeignFiles } from './targets.ts';

/** Connections before the measurement: native code is loaded, threads are started, functions compiled. */
export const WARM_UP = 40;
/** A foreign file is observed for this long after the grandchild has written. Unit: milliseconds. */
const OBSERVED_MS = 300;
const FAULTS_KEPT = 20;
/** Output of a connection that others could hold up; delivering more takes time of its own. Unit: bytes. */
const QUIET_BYTES = 1_000;

/** The task of a worker, passed as JSON on its command line. */
export interface Task {
  readonly transport: 'off' | 'on' | 'sync';
  readonly mix: MixName;
  readonly seed: number;
  /** Concurrent connections. */
  readonly jobs: number;
  /** Ends at the first of both limits. Unit: milliseconds since 1970. */
  readonly until: number;
  readonly connections: number;
  /** Interval of reports. Unit: milliseconds. */
  readonly every: number;
}

const task = JSON.parse(process.argv[2] as string) as Task;
const material = createMaterial();
const counts = {
  connections: 0,
  /** Of stderr. */
  bytes: 0,
  faultCount: 0,
  /** Longest time by which `wait()` of a quiet connection was late. Unit: milliseconds. */
  heldUpMs: 0,
  lostThreads: 0,
};
/** The first ones. */
const faults: string[] = [];
const foreign = new ForeignFiles();
/** The census before the measured connections, with none open. */
let idle: Census | null = null;
let isStopped = false;

const stop = () => (isStopped = true);
process.once('SIGTERM', stop);
// The end of stdin means that the main process is gone.
process.stdin.once('end', stop).resume();
process.once('exit', material.dispose);
startMetronome();

export type Census = ReturnType<typeof census>;
/** A worker's report, one line of JSON. */
export type Figures = ReturnType<typeof figures>;

/** The resources of this process. Collects garbage first; the worker is started with `--expose-gc`. */
function census() {
  // Twice: the second collection frees what the first one finalized.
  globalThis.gc?.();
  globalThis.gc?.();
  return {
    descriptors: openDescriptors() ?? 0,
    threads: readdirSync('/proc/self/task').length,
    /** Zombies included. */
    children: childProcesses()?.length ?? 0,
    /** Unit: bytes, as that of the heap. */
    memory: process.memoryUsage.rss(),
    heap: process.memoryUsage().heapUsed,
  };
}

/** @param settled whether all connections have ended: the last report */
function figures(settled: boolean) {
  const now = excused(census);
  return { ...counts, faults, idle: idle ?? now, census: now, settled };
}

function report(fault: string): void {
  counts.faultCount += 1;
  if (faults.length < FAULTS_KEPT) faults.push(fault);
}

/** Whether only other connections, or waiting for a grandchild, can delay the `wait()` of this one. */
const isQuiet = ({ stderr, ending, sink }: Plan, { besideLost }: Outcome) =>
  stderr.bytes <= QUIET_BYTES &&
  !('afterMs' in ending) &&
  (sink === 'function' || sink === 'file') &&
  !besideLost;

/** Options of both workers. */
export const worker = {
  task,
  plans: plans(task.mix, task.seed),
  /** Whether no further connection begins. Changes between turns of the event loop. */
  isOver: (id: number) => isStopped || Date.now() >= task.until || id > WARM_UP + task.connections,
  /** Takes the census to compare with. Call it once, after the warm-up, with no connection open. */
  setIdle: () => void (idle = census()),
  /** The child of a plan, with its output and input. */
  child(plan: Plan) {
    const steps = stepsOf(plan);
    const from = plan.id % 50;
    const payload = material.bytes.subarray(from, from + plan.echoBytes);
    return {
      command: childCommand(steps, material, undefined, watchdogs(plan)),
      written: writtenTo(2, steps, material),
      payload,
      wire: new Arrivals(Buffer.concat([payload, writtenTo(1, steps, material)])),
    };
  },
  /** Content of a forward target, whose number then belongs to another file. */
  takeTarget(file: number, plan: Plan, written: Buffer): Buffer {
    const content = foreign.replace(file, plan.grandchildMs + OBSERVED_MS);
    // The forwarder ends an unfinished line of the previous owner of the number.
    return content[0] === 0x0a && written[0] !== 0x0a ? content.subarray(1) : content;
  },
  /** @param all whether to close all of them */
  checkForeignFiles(all = false): void {
    const bytes = foreign.close(all);
    if (bytes > 0) report(`${bytes} bytes in a foreign file`);
  },
  add(plan: Plan, outcome: Outcome): void {
    counts.connections += 1;
    counts.bytes += outcome.stderr.totalBytes;
    if (isQuiet(plan, outcome)) counts.heldUpMs = Math.max(counts.heldUpMs, outcome.heldUpMs);
    const isLost = outcome.ended === 'DrainThreadLostError' && plan.ending.kind === 'lost';
    if (isLost) counts.lostThreads += 1;
    excused(() => check(plan, outcome)).forEach(report);
    worker.checkForeignFiles();
  },
  print: (settled = false) => void process.stdout.write(`${JSON.stringify(figures(settled))}\n`),
};

/** The result of `wait()` in one word. */
export const endedAs = (status: { code: number | null; signal: string | null }): string =>
  status.signal ?? String(status.code);
