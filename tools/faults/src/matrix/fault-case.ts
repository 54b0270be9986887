import type { Expectation } from '../judge/expectation.js';
import type { Combination } from './combination.js';
import type { ProbeOrder, StderrOfProbe } from './probe-order.js';

/** One fault, in one combination, in a process of its own. */
export interface FaultCase {
  /** Unique: `async/on/pipe child: killed by SIGTERM`. */
  readonly name: string;
  readonly combination: Combination;
  /** A row of the summary. */
  readonly group: FaultGroup;
  readonly order: ProbeOrder;
  /** What the probe has as its fd 2. */
  readonly stderr: StderrOfProbe;
  /** Options of Node for the probe, before the flag's. */
  readonly nodeOptions: readonly string[];
  readonly expect: Expectation;
  /** A system call that is made to fail from outside; `null`: the fault is brought about otherwise. */
  readonly injection: Injection | null;
  /** Then it hangs. Unit: milliseconds. */
  readonly deadlineMs: number;
}

export const FAULT_GROUPS = ['system call', 'descriptors', 'module', 'fd 2', 'child'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** The `step`-th `call` of a thread, counted from the start of the section, fails with `errno`. */
export interface Injection {
  /**
   * `caller`: the thread that uses the transport. `drain`: the thread behind the blocking one. `child`: the
   * process between fork and exec, and what it becomes. `starting`: the drain thread as it begins.
   */
  readonly thread: TracedThread;
  readonly call: string;
  readonly errno: string;
  readonly step: number;
  /** The section starts before the first connection, so that it holds the start of the drain thread. */
  readonly cold: boolean;
}

export const TRACED_THREADS = ['caller', 'drain', 'child', 'starting'] as const;
export type TracedThread = (typeof TRACED_THREADS)[number];
