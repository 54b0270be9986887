import type { Combination } from '../fault-case.ts';

/** What a probe does; passed as JSON on its command line. */
export interface ProbeConfig {
  readonly combination: Combination;
  /** For `sh -c`; `$PAYLOAD` is a file. */
  readonly script: string;
  /** Replaces `/bin/sh`. */
  readonly program: string;
  /** Further arguments of the program: their number and length. */
  readonly padding: readonly [count: number, bytes: number];
  readonly cwd: string | null;
  /** Number of concurrent connections. */
  readonly connections: number;
  /** Size of what is written to the child's stdin. Unit: bytes. */
  readonly wireBytes: number;
  /** Whether stdout is read to its end, or only until everything sent has returned. */
  readonly readsToEnd: boolean;
  /** Size of `$PAYLOAD`, which the script writes to fd 2. Unit: bytes. */
  readonly payloadBytes: number;
  readonly arrange: Arrangement | null;
  /** All descriptors except so many are taken. */
  readonly spare: number | null;
  /** A backend that fails this way comes before the pipe. */
  readonly backendFault: BackendFault | null;
  /** What the caller does while the child runs. */
  readonly during: 'SIGTERM' | 'SIGKILL' | 'dispose' | 'abort' | null;
  /** Whether the probe waits before and after the section, for strace to attach and detach. */
  readonly fenced: boolean;
  /** Backends of a plain connection before the section, which loads and starts everything. */
  readonly warmUp: 'its own' | 'pipe' | 'none';
  /** The census to compare with; `null`: that before the section. */
  readonly reference: readonly (readonly [string, number])[] | null;
}

/** What the probe prepares; with `fd 2 does not block`, it uses `process.stderr`, which sets O_NONBLOCK. */
export type Arrangement =
  | 'listener throws'
  | 'sink throws'
  | 'sink is destroyed'
  | 'queue of one line'
  | 'fd 2 does not block';

export type BackendFault =
  | 'rejects'
  | 'throws'
  | 'rejects with a string'
  | 'cannot be loaded'
  | 'exits its thread'
  | 'throws in its thread'
  | 'freezes its thread'
  | 'fills the heap of its thread';

/** The child of most cases: echoes the wire, writes its payload to fd 2 and exits with 3. */
export const TALK = 'cat; cat "$PAYLOAD" >&2; exit 3';

export const USUAL: Omit<ProbeConfig, 'combination'> = {
  script: TALK,
  program: '/bin/sh',
  padding: [0, 0],
  cwd: null,
  connections: 1,
  wireBytes: 1_000,
  readsToEnd: true,
  payloadBytes: 3_000,
  arrange: null,
  spare: null,
  backendFault: null,
  during: null,
  fenced: false,
  warmUp: 'its own',
  reference: null,
};

/** What a probe reports, as JSON in the case's folder. */
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
