/** The parsed command line of `rsync-io-ssh`. */
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
  /** How stderr is shown. */
  readonly policy: 'auto' | 'raw' | 'lossy' | 'escape';
}

/**
 * Own options come first and are long ones, which ssh does not have. From the first other argument on,
 * all arguments are ssh's.
 */
export function parseArguments(argv: readonly string[]): RemoteShellRequest {
  const sshArgs = [...argv];
  let options: RemoteShellOptions = { log: null, explain: true, policy: 'auto' };
  while (/^--./.test(sshArgs[0] ?? '')) {
    const [option, attached] = splitOption(sshArgs.shift() as string);
    if (option === '--help') return { kind: 'help' };
    if (option === '--version') return { kind: 'version' };
    const change = Object.hasOwn(changes, option) ? changes[option] : undefined;
    if (change === undefined) return usageError(`unknown option ${JSON.stringify(option)}`);
    const changed = change(attached ?? sshArgs.shift());
    if (typeof changed === 'string') return usageError(changed);
    options = { ...options, ...changed };
  }
  if (sshArgs.length === 0) return usageError('no host is given');
  return { kind: 'run', ...options, sshArgs };
}

type Change = (value: string | undefined) => Partial<RemoteShellOptions> | string;

/** The effect of each option with its value, or the complaint about the value. */
const changes: Readonly<Record<string, Change>> = {
  '--log': (value) =>
    value === undefined || value === '' ? '--log takes the name of a file' : { log: value },
  '--explain': (value) =>
    value === 'on' || value === 'off' ? { explain: value === 'on' } : '--explain takes on or off',
  '--policy': (value) =>
    value === 'auto' || value === 'raw' || value === 'lossy' || value === 'escape'
      ? { policy: value }
      : '--policy takes auto, raw, lossy or escape',
};

/** Splits `--name=value`; the value may contain further `=`. */
function splitOption(argument: string): readonly [option: string, value: string | undefined] {
  const at = argument.indexOf('=');
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

const usageError = (message: string): RemoteShellRequest => ({ kind: 'usage-error', message });
