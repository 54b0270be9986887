import type { ProbeConfig } from './probe/config.ts';

/** The transport, build and backend of a case. */
export interface Combination {
  readonly transport: 'async' | 'sync';
  readonly flag: 'off' | 'on';
  /** The backend that the transport gets; `inherit`: none, because it would not be used. */
  readonly backend: 'socketpair' | 'pipe' | 'inherit';
}

/** Without the flag, the async transport always inherits; the sync transport does not depend on the flag. */
export const COMBINATIONS: readonly Combination[] = [
  { transport: 'async', flag: 'off', backend: 'inherit' },
  { transport: 'async', flag: 'on', backend: 'socketpair' },
  { transport: 'async', flag: 'on', backend: 'pipe' },
  { transport: 'sync', flag: 'off', backend: 'socketpair' },
  { transport: 'sync', flag: 'off', backend: 'pipe' },
  { transport: 'sync', flag: 'on', backend: 'socketpair' },
  { transport: 'sync', flag: 'on', backend: 'pipe' },
];

/** As in the name of a case: `sync/on/pipe`. */
export const nameOf = ({ transport, flag, backend }: Combination) =>
  `${transport}/${flag}/${backend}`;

export const FAULT_GROUPS = ['system call', 'descriptors', 'module', 'fd 2', 'child'] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/**
 * `caller`: the thread that uses the transport. `drain`: the drain thread of the blocking one. `child`: the
 * process between fork and exec. The last two begin before the first connection and so contain the start of the
 * drain thread: in the caller, and in the new thread.
 */
export type Section = 'caller' | 'drain' | 'child' | 'caller from the start' | 'starting thread';

/** The `step`-th `call` of a section fails with `errno`. */
export interface Injection {
  readonly section: Section;
  readonly call: string;
  readonly errno: string;
  readonly step: number;
}

/** One row of a table of faults; it names only what differs from a connection without a fault. */
export interface Fault extends Partial<ProbeConfig> {
  readonly title: string;
  /** The allowed outcomes, as a regular expression of what `probe/outcome.ts` reports. Default: `works`. */
  readonly allow?: string;
  /** Shell commands before the probe, such as a limit, and its redirection of fd 2. */
  readonly before?: string;
  readonly stderr?: string;
  readonly nodeOptions?: readonly string[];
  /** Whether a plain connection fails afterwards, too. */
  readonly nextFails?: boolean;
  /** Whether one close(2) fails, so that its descriptor stays open. */
  readonly closeFails?: boolean;
  readonly injection?: Injection;
  /** A case that takes longer hangs and is killed. Unit: milliseconds. */
  readonly deadlineMs?: number;
}

export interface FaultCase extends Fault {
  /** Unique: `async/on/pipe child: killed by SIGTERM`. */
  readonly name: string;
  readonly combination: Combination;
  /** A row of the summary. */
  readonly group: FaultGroup;
}

export const makeCase = (combination: Combination, group: FaultGroup, fault: Fault): FaultCase => ({
  ...fault,
  combination,
  group,
  name: `${nameOf(combination)} ${group}: ${fault.title}`,
});
