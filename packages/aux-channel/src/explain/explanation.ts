/** Causes that {@link explain} can tell apart. */
export type ExplanationKind =
  | 'success'
  | 'auth'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'no-route'
  | 'negotiation'
  | 'connection-lost'
  | 'bad-config'
  | 'key-permissions'
  | 'command-not-found'
  | 'command-not-executable'
  | 'unclean-shell'
  | 'rsync'
  | 'killed'
  | 'silent-255'
  | 'unknown';

/** Why a child failed, for a person. */
export interface Explanation {
  /** Stable across releases; `unknown` rather than a guess. */
  readonly kind: ExplanationKind;
  /** The cause in one line without a full stop. */
  readonly summary: string;
  /** What to do next, in one line; empty when there is nothing to advise. */
  readonly hint: string;
  /** The line of stderr that it rests on: printable characters only, at most 240. `null` without one. */
  readonly evidence: string | null;
}

const MAX_EVIDENCE_CHARACTERS = 240;

/** @param line of stderr, its bytes as characters (ISO 8859-1) */
export function explanation(
  kind: ExplanationKind,
  summary: string,
  hint: string,
  line: string | null = null,
): Explanation {
  return Object.freeze({ kind, summary, hint, evidence: line === null ? null : printable(line) });
}

function printable(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
    .trim()
    .slice(0, MAX_EVIDENCE_CHARACTERS);
}

/** How a cause is recognized and what is said of it. */
export interface Rule {
  readonly kind: ExplanationKind;
  /** Matches one whole line, without its line end. */
  readonly pattern: RegExp;
  readonly summary: string;
  readonly hint: string;
}

export const explained = ({ kind, summary, hint }: Rule, line: string): Explanation =>
  explanation(kind, summary, hint, line);
