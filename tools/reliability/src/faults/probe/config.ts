import type { Combination } from '../fault-case.ts';
import type { BackendFault } from './backend.ts';

/** The preparation of the probe; with `fd 2 does not block`, it uses `process.stderr`, which sets O_NONBLOCK. */
export type Arrangement =
  | 'listener throws'
  | 'sink throws'
  | 'sink is destroyed'
  | 'queue of one line'
  | 'fd 2 does not block';

/** The child of most cases: echoes the wire, writes its payload to fd 2 and exits with 3. */
export const TALK = 'cat; cat "$PAYLOAD" >&2; exit 3';

/** A probe without a fault. */
export const USUAL = {
  /** For `sh -c`; `$PAYLOAD` is a file. */
  script: TALK,
  /** Replaces `/bin/sh`. */
  program: '/bin/sh',
  /** Further arguments of the program: their number and length. */
  padding: [0, 0] as readonly [count: number, bytes: number],
  cwd: null as string | null,
  /** Number of concurrent connections. */
  connections: 1,
  /** Size of what is written to the child's stdin. Unit: bytes. */
  wireBytes: 1_000,
  /** Whether stdout is read to its end, or only until everything sent has returned. */
  readsToEnd: true,
  /** Size of `$PAYLOAD`, which the script writes to fd 2. Unit: bytes. */
  payloadBytes: 3_000,
  arrange: null as Arrangement | null,
  /** All descriptors except so many are taken. */
  spare: null as number | null,
  /** A backend that fails this way comes before the pipe. */
  backendFault: null as BackendFault | null,
  /** The actions of the caller while the child runs. */
  during: null as 'SIGTERM' | 'SIGKILL' | 'dispose' | 'abort' | null,
  /** Whether the probe waits before and after the section, for strace to attach and detach. */
  fenced: false,
  /** Backends of a plain connection before the section, which loads and starts everything. */
  warmUp: 'its own' as 'its own' | 'pipe' | 'none',
  /** The census to compare with; `null`: that before the section. */
  reference: null as readonly (readonly [string, number])[] | null,
};

/** The task of a probe, passed as JSON on its command line. */
export type ProbeConfig = Readonly<typeof USUAL & { combination: Combination }>;

/** The report of a probe, as JSON in the case's folder. */
export interface Observation {
  /** One for each connection. */
  readonly outcomes: readonly Outcome[];
  /** Error of a plain connection after the section; `null` if it worked. */
  readonly next: string | null;
  /** Differences between the census before the section and after it. */
  readonly leaks: readonly string[];
  /** The census after the section. */
  readonly census: readonly (readonly [string, number])[];
  /** Uncaught errors. */
  readonly stray: readonly string[];
  /** Whether the arranged fault took place. */
  readonly arranged: boolean;
}

export interface Outcome {
  /** Whether spawn or `wait()` failed: then the first difference is the name and code of the error. */
  readonly isError: boolean;
  /** How the connection differs from one without a fault. */
  readonly differences: readonly string[];
}
