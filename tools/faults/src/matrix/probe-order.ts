import type { Combination } from './combination.js';

/** What a probe is to do; JSON on its command line. */
export interface ProbeOrder {
  readonly combination: Combination;
  /** For `sh -c`; `$PAYLOAD` and `$WIRE` are files. */
  readonly script: string;
  /** Instead of `/bin/sh`. */
  readonly program: string | null;
  /** More arguments for the program, and how long each is. */
  readonly padding: { readonly count: number; readonly bytes: number } | null;
  readonly cwd: string | null;
  /** Connections at a time. */
  readonly connections: number;
  /** What is written to the child's stdin. Unit: bytes. */
  readonly wireBytes: number;
  /** Whether stdout is read to its end, or as far as what was sent has come back. */
  readonly readsToEnd: boolean;
  /** What the script writes to fd 2 as `$PAYLOAD`. Unit: bytes. */
  readonly payloadBytes: number;
  readonly arrange: Arrangement;
  readonly during: During | null;
  /** Whether the section is fenced, for a tracer to come and go. */
  readonly fenced: boolean;
  /** With which backends a plain connection comes before the section, so that all is loaded and started. */
  readonly warmUp: 'its own' | 'pipe' | 'none';
  /** The census to come back to; `null`: the one before the section. */
  readonly reference: readonly (readonly [string, number])[] | null;
  /** For the tests of this tool: a fault of the probe itself that the judge must catch. */
  readonly plant: Plant | null;
}

export type Plant = 'leak' | 'hang' | 'lost byte';

/** What the probe prepares before the section. */
export type Arrangement =
  | { readonly kind: 'nothing' }
  /** All descriptors but `spare` are taken. */
  | { readonly kind: 'spare descriptors'; readonly spare: number }
  /** Before the good backend stands one that does this in `open()`. */
  | { readonly kind: 'backend'; readonly does: BackendFault }
  | { readonly kind: 'listener throws' }
  | { readonly kind: 'queue of one line' }
  | { readonly kind: 'sink throws' }
  | { readonly kind: 'sink is destroyed' }
  /** `process.stderr` is touched, which sets O_NONBLOCK on a pipe. */
  | { readonly kind: 'fd 2 does not block' };

export const BACKEND_FAULTS = [
  'rejects',
  'throws',
  'rejects with a string',
  'cannot be loaded',
  'exits its thread',
  'throws in its thread',
  'freezes its thread',
  'fills the heap of its thread',
] as const;
export type BackendFault = (typeof BACKEND_FAULTS)[number];

/** What the probe does while the child runs. */
export type During =
  | { readonly kind: 'kill'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'dispose' }
  | { readonly kind: 'abort' };

/** What the runner gives the probe as fd 2. */
export const STDERR_OF_PROBE = [
  'file',
  'closed',
  'full device',
  'file at its limit',
  'pipe that is read late',
  'pipe that is read slowly',
  'pipe without a reader',
] as const;
export type StderrOfProbe = (typeof STDERR_OF_PROBE)[number];
