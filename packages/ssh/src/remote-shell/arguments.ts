/** What `rsync-io-ssh` was asked to do. */
export type RemoteShellRequest =
  | { readonly kind: 'run'; readonly sshArgs: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage-error'; readonly message: string };

/**
 * Own options come first and are long ones, which ssh does not have; from the first other argument on,
 * everything is ssh's.
 */
export function parseArguments(argv: readonly string[]): RemoteShellRequest {
  const [first] = argv;
  if (first === undefined) {
    return { kind: 'usage-error', message: 'no host is given' };
  }
  if (!first.startsWith('--') || first === '--') return { kind: 'run', sshArgs: argv };
  if (first === '--help') return { kind: 'help' };
  if (first === '--version') return { kind: 'version' };
  return { kind: 'usage-error', message: `unknown option ${JSON.stringify(first)}` };
}

export const usage = `Usage: rsync-io-ssh [--help | --version] [ssh options] [user@]host [command …]

A drop-in for ssh where another program starts it (rsync -e rsync-io-ssh, GIT_SSH_COMMAND, scp -S):
ssh gets all arguments and the wire itself; its stderr is drained beside it, shown as it comes, and a
failure is explained in one line. Ends with ssh's exit status, or by the signal that ended ssh.

Environment:
  RSYNC_IO_STDERR_CHANNEL=off  let ssh inherit this process's stderr instead; nothing is explained
  RSYNC_IO_SSH_PROGRAM=PATH    the ssh to start (default: ssh)
`;
