/** What `rsync-io-ssh` was asked to do. */
export type RemoteShellRequest =
  | ({ readonly kind: 'run'; readonly sshArgs: readonly string[] } & RemoteShellOptions)
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage-error'; readonly message: string };

/** The command's own options. */
export interface RemoteShellOptions {
  /** The file of `--log`. */
  readonly log: string | null;
  /** Whether a failure is explained on stderr. */
  readonly explain: boolean;
}

/**
 * Own options come first and are long ones, which ssh does not have; from the first other argument on,
 * everything is ssh's.
 */
export function parseArguments(argv: readonly string[]): RemoteShellRequest {
  const sshArgs = [...argv];
  let options: RemoteShellOptions = { log: null, explain: true };
  while (/^--./.test(sshArgs[0] ?? '')) {
    const [option, attached] = splitOption(sshArgs.shift() as string);
    if (option === '--help') return { kind: 'help' };
    if (option === '--version') return { kind: 'version' };
    const change = changes[option];
    if (change === undefined) return usageError(`unknown option ${JSON.stringify(option)}`);
    const changed = change(attached ?? sshArgs.shift());
    if (typeof changed === 'string') return usageError(changed);
    options = { ...options, ...changed };
  }
  if (sshArgs.length === 0) return usageError('no host is given');
  return { kind: 'run', ...options, sshArgs };
}

type Change = (value: string | undefined) => Partial<RemoteShellOptions> | string;

/** What each option does with its value; a string is what is wrong with it. */
const changes: Readonly<Record<string, Change>> = {
  '--log': (value) =>
    value === undefined || value === '' ? '--log takes the name of a file' : { log: value },
  '--explain': (value) =>
    value === 'on' || value === 'off' ? { explain: value === 'on' } : '--explain takes on or off',
};

/** `--name=value` in two; a value may hold further `=`. */
function splitOption(argument: string): readonly [option: string, value: string | undefined] {
  const at = argument.indexOf('=');
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

const usageError = (message: string): RemoteShellRequest => ({ kind: 'usage-error', message });

export const usage = `Usage: rsync-io-ssh [own options] [ssh options] [user@]host [command …]

A drop-in for ssh where another program starts it (rsync -e rsync-io-ssh, GIT_SSH_COMMAND, scp -S):
ssh gets all arguments and the wire itself; its stderr is drained beside it, shown as it comes, and a
failure is explained in one line. Ends with ssh's exit status, or by the signal that ended ssh; with 255
when ssh was not started.

Own options, before those of ssh:
  --log FILE                   append every line of stderr to FILE as JSON, and at the end one record with
                               the status, the explanation and counters; no line is dropped
  --explain on|off             whether a failure is explained on stderr (default: on)
  --help, --version

Environment:
  RSYNC_IO_STDERR_CHANNEL=off  let ssh inherit this process's stderr instead; nothing is explained
  RSYNC_IO_SSH_PROGRAM=PATH    the ssh to start (default: ssh)
`;
