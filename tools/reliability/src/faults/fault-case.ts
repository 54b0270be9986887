import type { Combination } from './combination.ts';
import type { Expectation } from './expectation.ts';
import type { ProbeConfig, ProbeStderrKind } from './probe-config.ts';

/** One fault in one combination, in a process of its own. */
export interface FaultCase {
  /** Unique: `async/on/pipe child: killed by SIGTERM`. */
  readonly name: string;
  readonly combination: Combination;
  /** A row of the summary. */
  readonly group: FaultGroup;
  readonly config: ProbeConfig;
  /** The probe's fd 2. */
  readonly stderr: ProbeStderrKind;
  /** Node options of the probe, before those of the flag. */
  readonly nodeOptions: readonly string[];
  readonly expect: Expectation;
  /** A system call that strace makes fail; `null` if the fault is caused otherwise. */
  readonly injection: Injection | null;
  /** A case that takes longer hangs. Unit: milliseconds. */
  readonly deadlineMs: number;
}

export const FAULT_GROUPS = ['system call', 'descriptors', 'module', 'fd 2', 'child'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** The `step`-th `call` of a thread, counted from the start of the section, fails with `errno`. */
export interface Injection {
  readonly thread: TracedThread;
  readonly call: string;
  readonly errno: string;
  readonly step: number;
  /** Whether the section begins before the first connection and so contains the start of the drain thread. */
  readonly cold: boolean;
}

/**
 * `caller`: the thread that uses the transport. `drain`: the drain thread of the blocking one. `child`: the
 * process between fork and exec. `starting`: the drain thread while it starts.
 */
export type TracedThread = 'caller' | 'drain' | 'child' | 'starting';
