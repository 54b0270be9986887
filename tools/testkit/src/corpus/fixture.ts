import type { ExplanationKind } from '@rsync-io/aux-channel';
import { expectedKind, type FailureCase } from './failures.js';
import { type Captured, versions } from './lab.js';

/** One recorded failure, as it is kept in `fixtures/explain/failures`. */
export interface FailureFixture {
  readonly name: string;
  /** The kind that `explain` must return. */
  readonly kind: ExplanationKind;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The bytes of stderr, each as the character of that number (ISO 8859-1). */
  readonly stderr: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function toFixture(testCase: FailureCase, captured: Captured): FailureFixture {
  const { name } = testCase;
  const kind = expectedKind(testCase, captured);
  const { code, signal, stderr } = captured;
  return { name, kind, code, signal, stderr: stderr.toString('latin1'), versions: versions() };
}
