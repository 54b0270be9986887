import type { Combination } from './combination.ts';

/** What a probe does; passed as JSON on its command line. */
export interface ProbeConfig {
  readonly combination: Combination;
  /** For `sh -c`; `$PAYLOAD` is a file. */
  readonly script: string;
  /** Replaces `/bin/sh`. */
  readonly program: string | null;
  /** Further arguments of the program: their number and length. */
  readonly padding: { readonly count: number; readonly bytes: number } | null;
  readonly cwd: string | null;
  /** Number of concurrent connections. */
  readonly connections: number;
  /** Size of what is written to the child's stdin. Unit: bytes. */
  readonly wireBytes: number;
  /** Whether stdout is read to its end, or only until everything sent has returned. */
  readonly readsToEnd: boolean;
  /** Size of `$PAYLOAD`, which the script writes to fd 2. Unit: bytes. */
  readonly payloadBytes: number;
  readonly arrange: Arrangement;
  readonly during: During | null;
  /** Whether the probe waits before and after the section, for strace to attach and detach. */
  readonly fenced: boolean;
  /** Backends of a plain connection before the section, which loads and starts everything. */
  readonly warmUp: 'its own' | 'pipe' | 'none';
  /** The census to compare with; `null`: that before the section. */
  readonly reference: readonly (readonly [string, number])[] | null;
  /** For the tests of this tool: a bug of the probe that the judge must find. */
  readonly bug: InjectedBug | null;
}

export type InjectedBug = 'leak' | 'hang' | 'lost byte';

/** What the probe prepares before the section. */
export type Arrangement =
  | { readonly kind: 'nothing' | 'listener throws' | 'queue of one line' | 'sink throws' }
  | { readonly kind: 'sink is destroyed' }
  /** `process.stderr` is used, which sets O_NONBLOCK on a pipe. */
  | { readonly kind: 'fd 2 does not block' }
  /** All descriptors except `spare` are taken. */
  | { readonly kind: 'spare descriptors'; readonly spare: number }
  /** A backend that fails this way comes before the good one. */
  | { readonly kind: 'backend'; readonly fault: BackendFault };

export type BackendFault =
  | 'rejects'
  | 'throws'
  | 'rejects with a string'
  | 'cannot be loaded'
  | 'exits its thread'
  | 'throws in its thread'
  | 'freezes its thread'
  | 'fills the heap of its thread';

/** What the probe does while the child runs. */
export type During =
  | { readonly kind: 'kill'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'dispose' | 'abort' };

export type ProbeStderrKind =
  | 'file'
  | 'closed'
  | 'full device'
  | 'file at its limit'
  | 'pipe that is read late'
  | 'pipe that is read slowly'
  | 'pipe without a reader';
