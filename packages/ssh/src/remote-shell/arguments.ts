/** The parsed command line of `rsync-io-ssh`. */
export type RemoteShellRequest =
  | ({ readonly kind: 'run'; readonly sshArgs: readonly string[] } & RemoteShellOptions)
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage-error'; readonly message: string };

export interface RemoteShellOptions {
  readonly log: string | null;
  readonly explain: boolean;
  readonly policy: 'auto' | 'raw' | 'lossy' | 'escape';
}

/** The command's own options come first. The first other argument and all after it are passed to ssh. */
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
  if (sshArgs.length === 0) return usageError('no host given');
  return { kind: 'run', ...options, sshArgs };
}

type Change = (value: string | undefined) => Partial<RemoteShellOptions> | string;

/** Applies the value of an option, or returns an error message. */
const changes: Readonly<Record<string, Change>> = {
  '--log': (value) =>
    value === undefined || value === '' ? '--log requires a file name' : { log: value },
  '--explain': (value) =>
    value === 'on' || value === 'off' ? { explain: value === 'on' } : '--explain must be on or off',
  '--policy': (value) =>
    value === 'auto' || value === 'raw' || value === 'lossy' || value === 'escape'
      ? { policy: value }
      : '--policy must be auto, raw, lossy or escape',
};

/** Splits `--name=value`; the value may contain further `=`. */
function splitOption(argument: string): readonly [option: string, value: string | undefined] {
  const at = argument.indexOf('=');
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

const usageError = (message: string): RemoteShellRequest => ({ kind: 'usage-error', message });
