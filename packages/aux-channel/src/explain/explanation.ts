export const explanationKinds = [
  'success',
  'auth',
  'host-key-changed',
  'host-key-unknown',
  'dns',
  'refused',
  'timeout',
  'no-route',
  'negotiation',
  'connection-lost',
  'bad-config',
  'key-permissions',
  'helper-stderr',
  'command-not-found',
  'command-not-executable',
  'unclean-shell',
  'rsync',
  'killed',
  'silent-255',
  'not-captured',
  'unknown',
] as const;

/** The kinds of cause that `explain()` can name. */
export type ExplanationKind = (typeof explanationKinds)[number];

/** A description, for users, of why a child failed. */
export interface Explanation {
  /** Stable across releases. `unknown` rather than a guess. */
  readonly kind: ExplanationKind;
  /** The cause in one line, without a period. */
  readonly summary: string;
  /** Advice for the user, in one line; may be empty. Never lowers security. */
  readonly hint: string;
  /** The line of stderr that the explanation is based on, or `null`. At most 240 printable characters. */
  readonly evidence: string | null;
  /**
   * Whether the same attempt may succeed later: connection refused, timeout, no route, connection lost,
   * or a name server that did not answer. Never `true` for a rejected login or host key.
   */
  readonly retryable: boolean;
}

const RETRYABLE: readonly ExplanationKind[] = ['refused', 'timeout', 'no-route', 'connection-lost'];
const DNS_TRY_AGAIN = /: (?:Temporary failure in name resolution|Try again)\b/;

const MAX_EVIDENCE_CHARACTERS = 240;

/** @param line of stderr, its bytes as characters (ISO 8859-1) */
export function explanation(
  kind: ExplanationKind,
  summary: string,
  hint = '',
  line: string | null = null,
  retryable = false,
): Explanation {
  const evidence = line === null ? null : printable(line);
  return Object.freeze({ kind, summary, hint, evidence, retryable });
}

function printable(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
    .trim()
    .slice(0, MAX_EVIDENCE_CHARACTERS);
}

export interface Rule {
  readonly kind: ExplanationKind;
  /** Matches one whole line, without its line end. */
  readonly pattern: RegExp;
  readonly summary: string;
  readonly hint: string;
}

export function explained(rule: Rule, line: string): Explanation {
  const { kind, summary, hint } = rule;
  const retryable = kind === 'dns' ? DNS_TRY_AGAIN.test(line) : RETRYABLE.includes(kind);
  return explanation(kind, summary, hint, line, retryable);
}
