import type { ExitStatus } from '../trait/exit-status.js';
import { type Explanation, explanation } from './explanation.js';
import { explainRemoteCommand } from './remote-command.js';
import { explainRsync, isOnlyRsync, lostItsRemoteShell } from './rsync.js';
import { explainSsh } from './ssh.js';
import { textOf } from './text.js';

export type { Explanation, ExplanationKind } from './explanation.js';

/** The exit status of ssh when ssh itself failed, or when the remote command exited 255 (ssh(1)). */
const SSH_FAILED = 255;

/**
 * Names the cause of a failure from the captured stderr and the exit status of ssh, or of an rsync
 * that started it. Says `unknown` rather than guess.
 *
 * The remote side can print anything, so words are believed only where ssh, rsync or a shell puts them:
 * whole lines, at the end of the text, and with the status that belongs to them.
 */
export function explain(stderr: Uint8Array, status: ExitStatus): Explanation {
  if (status.success) return explanation('success', 'it succeeded', '');
  if (status.signal !== null) {
    return explanation('killed', `a signal ended it: ${status.signal}`, '');
  }
  const text = textOf(stderr);
  const code = status.code as number;
  const bySsh = code === SSH_FAILED || lostItsRemoteShell(text, code) ? explainSsh(text) : null;
  return (
    bySsh ??
    explainRsync(text, code) ??
    explainRemoteCommand(text, code) ??
    (code === SSH_FAILED && (text.lines.length === 0 || isOnlyRsync(text, code))
      ? explanation(
          'silent-255',
          'status 255 without a message: the remote command was killed or itself exited 255',
          'Run ssh -v to the same host to see how far it gets.',
        )
      : explanation('unknown', 'the cause is not known', ''))
  );
}
