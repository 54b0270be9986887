import type { ExitStatus } from '../exit-status.js';
import { type ExplanationKind, type Rule, remoteRules, sshRules } from './rules.js';
import { rsyncExplanation } from './rsync-codes.js';

export type { ExplanationKind } from './rules.js';

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

/** The exit status of ssh when ssh itself failed, or when the remote command exited 255 (ssh(1)). */
const SSH_FAILED = 255;
const MAX_EVIDENCE_CHARACTERS = 240;

/** ssh formats its messages into 1,024 bytes (log.c, MSGBUFSIZ); a longer line is not one of them. */
const MAX_LINE_CHARACTERS = 1_024;

/**
 * Names the cause of a failure from the captured stderr and the exit status.
 *
 * ssh's own messages are believed only with ssh's own status, 255: below it the text came from the
 * remote side, which can print anything.
 */
export function explain(stderr: Uint8Array, status: ExitStatus): Explanation {
  if (status.success) return explanation('success', 'it succeeded', '', null);
  const lines = Buffer.from(stderr.buffer, stderr.byteOffset, stderr.byteLength)
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line.length <= MAX_LINE_CHARACTERS);
  const bySsh = status.code === SSH_FAILED ? firstMatch(sshRules, lines) : null;
  return (
    bySsh ?? rsyncEndLine(lines) ?? firstMatch(remoteRules, lines) ?? byStatusAlone(status, stderr)
  );
}

/** The first rule, in order of the table, that a line matches; the newest such line is the evidence. */
function firstMatch(rules: readonly Rule[], lines: readonly string[]): Explanation | null {
  for (const rule of rules) {
    const line = lines.findLast((candidate) => rule.pattern.test(candidate));
    if (line !== undefined) return explanation(rule.kind, rule.summary, rule.hint, line);
  }
  return null;
}

/** `rsync error: NAME (code N) at FILE(LINE) [ROLE=VERSION]` (rsync log.c, log_exit). */
function rsyncEndLine(lines: readonly string[]): Explanation | null {
  const pattern = /^rsync error: .{1,120} \(code (\d{1,3})\) at \S+\(\d+\) \[\w+=[^\]]+\]$/;
  const line = lines.findLast((candidate) => pattern.test(candidate));
  const code = line === undefined ? null : Number(pattern.exec(line)?.[1]);
  if (line === undefined || code === null) return null;
  const unclean = firstMatch(remoteRules, lines);
  if (unclean !== null) return unclean;
  const known = rsyncExplanation(code);
  return known && explanation('rsync', known.summary, known.hint, line);
}

function byStatusAlone(status: ExitStatus, stderr: Uint8Array): Explanation {
  if (status.signal !== null) {
    return explanation('killed', `a signal ended it: ${status.signal}`, '', null);
  }
  const silent = stderr.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20);
  if (status.code === SSH_FAILED && silent) {
    return explanation(
      'silent-255',
      'status 255 without a message: the remote command was killed or itself exited 255',
      'Run ssh -v to the same host to see how far it gets.',
      null,
    );
  }
  if (status.code === 127) {
    return explanation('command-not-found', 'the remote command was not found', COMMAND_HINT, null);
  }
  if (status.code === 126) {
    return explanation(
      'command-not-executable',
      'the remote command could not be executed',
      'Check its permissions on the remote host.',
      null,
    );
  }
  return explanation('unknown', 'the cause is not known', '', null);
}

const COMMAND_HINT = 'Install it there, or name its path (rsync: --rsync-path).';

function explanation(
  kind: ExplanationKind,
  summary: string,
  hint: string,
  line: string | null,
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
