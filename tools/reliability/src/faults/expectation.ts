import type { Combination } from './combination.ts';

/** A case passes if one of its allowed outcomes occurred and all invariants hold (`judge.ts`). */
export interface Expectation {
  readonly allowedOutcomes: readonly AllowedOutcome[];
  /** The child's exit status; `null`: any. */
  readonly status: { readonly code: number | null; readonly signal: string | null } | null;
  /** Whether everything written to stdin must return; `null`: no. */
  readonly echo: 'all' | null;
  /** The captured bytes. Nothing is captured if fd 2 is inherited. */
  readonly capture: 'payload' | 'nothing';
  /** The bytes on the probe's fd 2; `null`: any. */
  readonly shown: 'payload' | null;
  /** Values of the snapshot's `ended`. */
  readonly ended: readonly string[];
  /** Number of descriptors whose close(2) fails, so that they stay open. */
  readonly closesRefused: number;
  /** Whether a plain connection works afterwards. */
  readonly nextWorks: boolean;
}

/** With `injectedCall`, the outcome is allowed only if the failed call, as strace prints it, matches. */
export type AllowedOutcome =
  /** Nothing is noticed. */
  | { readonly kind: 'result' }
  /** The next backend is used, with one message. */
  | { readonly kind: 'fallback'; readonly backend: string }
  /** The caller gets a documented error. */
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly codes: readonly (string | null)[];
      readonly injectedCall?: RegExp;
    }
  /** Reading or writing the wire fails. */
  | { readonly kind: 'wire error'; readonly codes: readonly string[] }
  /** The capture ends early, as `ended` states. */
  | { readonly kind: 'capture ends'; readonly ended: readonly string[] }
  /** Forwarding ends early; the capture does not. */
  | { readonly kind: 'forwarding ends' }
  | NodeDefect;

/** A defect of Node or libuv that no library can handle: listed with its reason, never counted as right. */
export interface NodeDefect {
  readonly kind: 'node';
  /** The failed call, as strace prints it. */
  readonly injectedCall: RegExp;
  readonly symptom: 'ends' | 'hangs' | 'leaks';
  /** The leaks, as the census prints them. */
  readonly leaks?: RegExp;
  readonly why: string;
}

export const RESULT: AllowedOutcome = { kind: 'result' };
export const error = (name: string, ...codes: (string | null)[]): AllowedOutcome => ({
  kind: 'error',
  name,
  codes,
});
export const spawnError = (...codes: string[]) => error('SpawnError', ...codes);
export const THREAD_LOST = error('DrainThreadLostError', 'ERR_DRAIN_THREAD_LOST');
export const fallbackTo = (backend: string): AllowedOutcome => ({ kind: 'fallback', backend });

/** What a fault-free child leads to, with changes. */
export function usual({ backend }: Combination, changes: Partial<Expectation> = {}): Expectation {
  return {
    allowedOutcomes: [RESULT],
    status: { code: 3, signal: null },
    echo: 'all',
    capture: backend === 'inherit' ? 'nothing' : 'payload',
    shown: 'payload',
    ended: ['eof'],
    closesRefused: 0,
    nextWorks: true,
    ...changes,
  };
}
