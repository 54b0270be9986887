import { types } from 'node:util';
import { checkOptions } from '../options/check-options.js';
import { boolean, rule, type Rules } from '../options/rules.js';
import type { ExitStatus } from '../trait/exit-status.js';
import type { StderrSnapshot } from '../trait/trait.js';
import { type Explanation, explanation } from './explanation.js';
import { explainRemoteCommand } from './remote-command.js';
import { explainRsync, isOnlyRsync, lostItsRemoteShell } from './rsync.js';
import { explainSsh } from './ssh.js';
import { type StderrText, textOf } from './text.js';

/** The exit status of ssh when ssh itself failed, or when the remote command exited 255 (ssh(1)). */
const SSH_FAILED = 255;

/** Facts about a failure besides stderr and status. */
export interface ExplanationEvidence {
  /** `false` if the child inherited stderr, so that an empty capture means nothing. @defaultValue `true` */
  readonly captured?: boolean;
  /** Number of bytes received on the wire. If it is not 0, the login succeeded. @defaultValue 0 */
  readonly bytesReceived?: number;
  /** Whether ssh's messages are off or go elsewhere (`-q`, `-E FILE`, `-y`). @defaultValue `false` */
  readonly sshIsQuiet?: boolean;
}

const evidenceRules: Rules<ExplanationEvidence> = {
  captured: boolean,
  bytesReceived: rule('a number', (value) => typeof value === 'number'),
  sshIsQuiet: boolean,
};

/**
 * Determines why ssh, or an rsync that started ssh, failed. Returns `unknown` rather than a guess, and
 * `not-captured` without a capture. The remote side can print anything. Therefore a message counts only as a
 * complete line, in the position and with the exit status with which ssh, rsync or a shell prints it, and only if
 * the evidence does not contradict it. Even then it is no proof, so no hint lowers security.
 * @param stderr the bytes, or a snapshot, which also records whether stderr was captured
 */
export function explain(
  stderr: Uint8Array | StderrSnapshot,
  status: ExitStatus,
  evidence: ExplanationEvidence = {},
): Explanation {
  const isSnapshot = !types.isUint8Array(stderr);
  const known = checkOptions(evidence, evidenceRules, 'evidence');
  const { captured = !isSnapshot || stderr.backend !== 'inherit' } = known;
  if (status.success) return explanation('success', 'it succeeded');
  if (status.signal !== null) {
    return explanation('killed', `a signal ended it: ${status.signal}`);
  }
  if (!captured) {
    return explanation('not-captured', 'its stderr was not captured, so the cause is not known');
  }
  const text = textOf(isSnapshot ? stderr.bytes : stderr);
  return explainText(text, status.code as number, known);
}

function explainText(
  text: StderrText,
  code: number,
  { bytesReceived = 0, sshIsQuiet = false }: ExplanationEvidence,
): Explanation {
  const mayBeSsh = code === SSH_FAILED || lostItsRemoteShell(text, code);
  const isSilent = text.lines.length === 0 || isOnlyRsync(text, code);
  return (
    (mayBeSsh ? explainSsh(text, bytesReceived > 0) : null) ??
    explainRsync(text, code) ??
    explainRemoteCommand(text, code) ??
    (code === SSH_FAILED && isSilent && !sshIsQuiet
      ? explanation(
          'silent-255',
          'status 255 without a message: the remote command was killed or itself exited 255',
          'Run ssh -v to the same host to see how far it gets.',
        )
      : explanation('unknown', 'the cause is not known'))
  );
}
