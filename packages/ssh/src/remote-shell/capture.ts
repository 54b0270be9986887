import type { ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';
import { buildStderrChannel, explain, type ExitStatus, SshCommand } from '@rsync-io/aux-channel';
import { spawnError } from '@rsync-io/aux-channel/transport';
import type { RemoteShellOptions } from './arguments.js';

export function captureStderr(child: ChildProcess, policy: RemoteShellOptions['policy']) {
  return buildStderrChannel(null, child, {
    // Written to the descriptor directly: this process does nothing else, so it may block on a slow
    // reader as ssh itself would. `process.stderr` would set O_NONBLOCK, which other processes share.
    forward: { to: 2, policy },
    surface: 'never',
  }) as NonNullable<ReturnType<typeof buildStderrChannel>>;
}

export const spawnFailure = (program: string, cause: NodeJS.ErrnoException) =>
  spawnError(SshCommand.raw(program), cause);

/** Causes that are not printed: nothing failed, nothing is known, or the signal is explanation enough. */
const UNSPOKEN: readonly string[] = ['success', 'unknown', 'killed', 'silent-255', 'not-captured'];

/** Explains a failure in one line on stderr, if its cause is known. */
export function reportFailure(stderr: Uint8Array, status: ExitStatus): void {
  const { kind, summary, hint } = explain(stderr, status);
  if (UNSPOKEN.includes(kind)) return;
  const line = `rsync-io-ssh: ${summary}.${hint === '' ? '' : ` ${hint}`}\n`;
  try {
    writeSync(2, line);
  } catch {
    // The pipe is full and non-blocking: Node waits for it before the process exits.
    process.stderr.write(line);
  }
}
