import type { ChildProcess } from 'node:child_process';
import type { ExitStatus } from '@rsync-io/aux-channel';
import { isHangupIgnored } from '../hangup.js';
import { forwardSignals } from '../signals.js';
import type { RemoteShellOptions } from './arguments.js';
import { followStops } from './follow-stops.js';
import { readSshArguments } from './ssh-arguments.js';
import { startSsh } from './start.js';
import { supervise } from './supervise.js';

export interface RemoteShellEnvironment extends RemoteShellOptions {
  readonly sshArgs: readonly string[];
  readonly program: string;
  /** Whether stderr is captured: `RSYNC_IO_STDERR_CHANNEL` is not `off`. */
  readonly drain: boolean;
}

/**
 * Runs ssh with this process's stdin and stdout, and explains a failure.
 * @throws SpawnError, or an Error when the log cannot be opened; ssh is then not started
 */
export async function runRemoteShell(environment: RemoteShellEnvironment): Promise<ExitStatus> {
  const { program, sshArgs, policy } = environment;
  const { forks, isQuiet, host } = readSshArguments(sshArgs);
  // If ssh goes to the background, it writes after this process has ended, so it must inherit stderr.
  const capture = environment.drain && !forks;
  const log = environment.log === null ? null : await openedLog(environment.log, host, capture);
  using _lines = log?.followLines();
  try {
    const hangupIgnored = isHangupIgnored();
    let child: ChildProcess | null = null;
    let isInterrupted = false;
    // Added before ssh starts, so that a signal cannot end this process and leave ssh running.
    using _signals = forwardSignals((signal) => {
      if (signal === 'SIGHUP' && hangupIgnored) return;
      isInterrupted = true;
      child?.kill(signal);
    });
    followStops(() => child);
    child = await startSsh(program, sshArgs, capture, hangupIgnored);
    const { status, channel } = await supervise(child, policy, log !== null);
    const stderr = channel?.snapshot() ?? null;
    log?.end(status, stderr, isQuiet);
    // Without a message from ssh there is nothing to explain. After Ctrl-C or with -q, none is wanted.
    if (!status.success && stderr !== null && stderr.totalBytes > 0) {
      const { reportFailure } = await import('./on-demand.js');
      if (environment.explain && !isQuiet && !isInterrupted) reportFailure(stderr.bytes, status);
    }
    return status;
  } catch (error) {
    log?.failure(error as Error);
    throw error;
  }
}

async function openedLog(file: string, host: string | null, capture: boolean) {
  if (!capture) {
    throw new Error(
      '--log requires captured stderr; do not use it with RSYNC_IO_STDERR_CHANNEL=off or -f.',
    );
  }
  const { openLog } = await import('./on-demand.js');
  return openLog(file, host);
}
