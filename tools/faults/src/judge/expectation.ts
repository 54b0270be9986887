import type { Combination } from '../matrix/combination.js';

/** What may come of a fault. A case is right when one of its ways holds, and all laws do (`judge.ts`). */
export interface Expectation {
  readonly ways: readonly Way[];
  /** What the child tells at its end; `null`: any. */
  readonly status: { readonly code: number | null; readonly signal: string | null } | null;
  /** How much of what is written to stdin comes back; `null`: any. */
  readonly echo: 'all' | null;
  /** What the capture is to hold. Nothing is captured where fd 2 is inherited. */
  readonly capture: 'payload' | 'nothing';
  /** What the probe's fd 2 is to hold; `null`: any. */
  readonly shown: 'payload' | null;
  /** How the capture may end. */
  readonly ended: readonly string[];
  /** Descriptors whose close was refused from outside: they cannot but stay open. */
  readonly closesRefused: number;
  /** Whether a plain connection works afterwards. */
  readonly nextWorks: boolean;
}

/** Where `strike` is given, the way is open only when the call that failed, as strace shows it, matches. */
export type Way =
  /** Nothing is noticed. */
  | { readonly kind: 'result' }
  /** The next backend takes over, and that is told once. */
  | { readonly kind: 'fallback'; readonly backend: string }
  /** The caller gets an error of the contract. */
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly codes: readonly (string | null)[];
      readonly strike?: RegExp;
    }
  /** The wire breaks, and says so to whoever reads or writes. */
  | { readonly kind: 'wire error'; readonly codes: readonly string[] }
  /** The capture ends early, and says so by `ended`. */
  | { readonly kind: 'capture ends'; readonly ended: readonly string[] }
  /** What is shown ends early; the capture does not. */
  | { readonly kind: 'forwarding ends' }
  | NodesOwn;

/** What Node does of itself, and no library can answer: listed apart, with the reason, never counted as right. */
export interface NodesOwn {
  readonly kind: 'node';
  /** The call that was struck, as strace shows it: no other one is excused. */
  readonly strike: RegExp;
  readonly symptom: 'ends' | 'hangs' | 'leaks';
  /** What it leaks, as the census names it. */
  readonly leaks?: RegExp;
  readonly why: string;
}

export const RESULT: Way = { kind: 'result' };
export const spawnError = (...codes: string[]): Way => ({
  kind: 'error',
  name: 'SpawnError',
  codes,
});

/** What comes of a child that does as it is told. */
export function usual({ backend }: Combination, different: Partial<Expectation> = {}): Expectation {
  return {
    ways: [RESULT],
    status: { code: 3, signal: null },
    echo: 'all',
    capture: backend === 'inherit' ? 'nothing' : 'payload',
    shown: 'payload',
    ended: ['eof'],
    closesRefused: 0,
    nextWorks: true,
    ...different,
  };
}
