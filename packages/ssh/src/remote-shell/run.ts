import { explain, type ExitStatus, SshCommand } from '@rsync-io/aux-channel';
// The command is the flag's first adopter: it takes the variant with the channel, whatever the default.
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { platformBackends } from '../platform-backends.js';
import { passOnSignals } from './signals.js';

/** How to run ssh. */
export interface RemoteShellEnvironment {
  /** Who carries the wire: ssh itself, or the blocking transport. */
  readonly transport: 'async' | 'sync';
  /** `RSYNC_IO_SSH_PROGRAM` */
  readonly program: string;
  /** `RSYNC_IO_STDERR_CHANNEL` is not `off`. */
  readonly drain: boolean;
}

/**
 * Runs ssh on this process's own stdin and stdout, and explains a failure.
 * @throws SpawnError
 */
export async function runRemoteShell(
  sshArgs: readonly string[],
  { transport, program, drain }: RemoteShellEnvironment,
): Promise<ExitStatus> {
  if (transport === 'sync') {
    // Loaded only when asked for: it brings a thread.
    const { runBlocking } = await import('./run-blocking.js');
    const { status, stderr } = runBlocking(program, sshArgs, drain);
    if (drain) report(stderr, status);
    return status;
  }
  return runOnEventLoop(sshArgs, program, drain);
}

async function runOnEventLoop(
  sshArgs: readonly string[],
  program: string,
  drain: boolean,
): Promise<ExitStatus> {
  await using transport = await AsyncSshTransport.spawn(SshCommand.raw(program, sshArgs), {
    wire: 'inherit',
    backends: drain ? platformBackends() : [],
    // Straight to the descriptor: this process does nothing else, so it may wait for a slow reader
    // just as ssh itself would, and `process.stderr` would set O_NONBLOCK for everybody else.
    forward: { to: 2 },
    surface: 'never',
  });
  using _signals = passOnSignals((signal) => transport.kill(signal));
  const status = await transport.wait();
  if (drain) report(transport.stderrOutput(), status);
  return status;
}

/** One line on what went wrong, if that is known. */
function report(stderr: Uint8Array, status: ExitStatus): void {
  const { kind, summary, hint } = explain(stderr, status);
  if (kind === 'success' || kind === 'unknown' || kind === 'killed') return;
  process.stderr.write(`rsync-io-ssh: ${summary}.${hint === '' ? '' : ` ${hint}`}\n`);
}
