import {
  explain,
  type Explanation,
  type ExitStatus,
  SshCommand,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
// The command is the flag's first adopter: it takes the variant with the channel, whatever the default.
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { pipeBackend } from '@rsync-io/pipe';
import type { SessionLog } from '../log/session-log.js';
import type { RemoteShellOptions } from './arguments.js';
import { forwardSignals } from '../signals.js';

/** How to run ssh. */
export interface RemoteShellEnvironment extends RemoteShellOptions {
  /** `RSYNC_IO_SSH_PROGRAM` */
  readonly program: string;
  /** `RSYNC_IO_STDERR_CHANNEL` is not `off`. */
  readonly drain: boolean;
}

/** How ssh ended, and what it said. */
interface Ended {
  readonly status: ExitStatus;
  readonly stderr: StderrSnapshot;
}

/**
 * Runs ssh on this process's own stdin and stdout, and explains a failure.
 * @throws SpawnError
 * @throws Error when the log cannot be opened; ssh is not started then
 */
export async function runRemoteShell(
  sshArgs: readonly string[],
  environment: RemoteShellEnvironment,
): Promise<ExitStatus> {
  const log = await openedLog(sshArgs, environment);
  try {
    const { status, stderr } = await run(sshArgs, environment, log);
    const explanation = explain(stderr.bytes, status);
    log?.end({ status, explanation, stderr });
    if (environment.drain && environment.explain) report(explanation);
    return status;
  } catch (error) {
    log?.failure(error as Error);
    throw error;
  }
}

async function openedLog(
  sshArgs: readonly string[],
  { log, drain }: RemoteShellEnvironment,
): Promise<SessionLog | null> {
  if (log === null) return null;
  if (!drain) throw new Error('--log has nothing to write with RSYNC_IO_STDERR_CHANNEL=off.');
  // Loaded only on request, as everything that a plain start does not need.
  const { openLog } = await import('../log/open-log.js');
  return openLog(log, sshArgs);
}

async function run(
  sshArgs: readonly string[],
  { program, drain }: RemoteShellEnvironment,
  log: SessionLog | null,
): Promise<Ended> {
  using _lines = log?.followLines();
  await using transport = await AsyncSshTransport.spawn(SshCommand.raw(program, sshArgs), {
    wire: 'inherit',
    // Not the platform's first choice: loading native code takes longer than everything else here.
    backends: drain ? [pipeBackend] : [],
    // Straight to the descriptor: this process does nothing else, so it may wait for a slow reader
    // just as ssh itself would, and `process.stderr` would set O_NONBLOCK for everybody else.
    forward: { to: 2 },
    surface: 'never',
  });
  using _signals = forwardSignals((signal) => transport.kill(signal));
  const status = await transport.wait();
  return { status, stderr: transport.stderrSnapshot() };
}

/** One line on what went wrong, if that is known. */
function report({ kind, summary, hint }: Explanation): void {
  if (kind === 'success' || kind === 'unknown' || kind === 'killed') return;
  process.stderr.write(`rsync-io-ssh: ${summary}.${hint === '' ? '' : ` ${hint}`}\n`);
}
