/** What `rsync-io-ssh` was asked to do. */
export type RemoteShellRequest =
  | {
      readonly kind: 'run';
      readonly transport: 'async' | 'sync';
      readonly sshArgs: readonly string[];
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage-error'; readonly message: string };

/**
 * Own options come first and are long ones, which ssh does not have; from the first other argument on,
 * everything is ssh's.
 */
export function parseArguments(argv: readonly string[]): RemoteShellRequest {
  const sshArgs = [...argv];
  let transport: 'async' | 'sync' = 'async';
  while (/^--./.test(sshArgs[0] ?? '')) {
    const [option, attached] = (sshArgs.shift() as string).split('=', 2);
    if (option === '--help') return { kind: 'help' };
    if (option === '--version') return { kind: 'version' };
    if (option !== '--transport') return usageError(`unknown option ${JSON.stringify(option)}`);
    const value = attached ?? sshArgs.shift();
    if (value !== 'async' && value !== 'sync') {
      return usageError('--transport takes async or sync');
    }
    transport = value;
  }
  if (sshArgs.length === 0) return usageError('no host is given');
  return { kind: 'run', transport, sshArgs };
}

const usageError = (message: string): RemoteShellRequest => ({ kind: 'usage-error', message });

export const usage = `Usage: rsync-io-ssh [--help | --version] [--transport async|sync] [ssh options] [user@]host [command …]

A drop-in for ssh where another program starts it (rsync -e rsync-io-ssh, GIT_SSH_COMMAND, scp -S):
ssh gets all arguments and the wire itself; its stderr is drained beside it, shown as it comes, and a
failure is explained in one line. Ends with ssh's exit status, or by the signal that ended ssh.

Options, before those of ssh:
  --transport sync             carry the wire through the blocking transport instead of handing it to
                               ssh; slower, for trying that transport with a real program

Environment:
  RSYNC_IO_STDERR_CHANNEL=off  let ssh inherit this process's stderr instead; nothing is explained
  RSYNC_IO_SSH_PROGRAM=PATH    the ssh to start (default: ssh)
`;
