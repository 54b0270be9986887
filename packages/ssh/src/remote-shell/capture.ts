import type { ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';
import { buildStderrChannel, explain, type ExitStatus, SshCommand } from '@rsync-io/aux-channel';
import { spawnError } from '@rsync-io/aux-channel/transport';
import type { RemoteShellOptions } from './arguments.js';

export function captureStderr(child: ChildProcess, policy: RemoteShellOptions['policy']) {
  return buildStderrChannel(null, child, {
    // Written to the descriptor directly: this process does nothing else, so it may block on a slow
    // reader as ssh would. `process.stderr` would set O_NONBLOCK, also for processes that share the file.
    forward: { to: 2, policy },
    surface: 'never',
  }) as NonNullable<ReturnType<typeof buildStderrChannel>>;
}

export const spawnFailure = (program: string, cause: NodeJS.ErrnoException) =>
  spawnError(SshCommand.raw(program), cause);

/** Kinds that are not printed: nothing failed, the cause is unknown, or the exit status shows it. */
const NOT_PRINTED: readonly string[] = [
  'success',
  'unknown',
  'killed',
  'silent-255',
  'not-captured',
];

/** Explains a failure in one line on stderr, if its cause is known. */
export function reportFailure(stderr: Uint8Array, status: ExitStatus): void {
  const { kind, summary, hint } = explain(stderr, status);
  if (NOT_PRINTED.includes(kind)) return;
  const line = `rsync-io-ssh: ${summary}.${hint === '' ? '' : ` ${hint}`}\n`;
  try {
    writeSync(2, line);
  } catch {
    // EAGAIN: the pipe is full and non-blocking. Node writes the rest before the process exits.
    process.stderr.write(line);
  }
}
