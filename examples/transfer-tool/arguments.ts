import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseOperand, parseRemoteShell, parseTarget } from '@rsync-io/ssh/ssh-socketpair-stderr';

export const HELP = `Usage: transfer-tool [OPTION...] SOURCE [USER@]HOST:PATH...    copies to one or more hosts
       transfer-tool [OPTION...] [USER@]HOST:PATH... TARGET    copies from hosts; from several, to TARGET/HOST

Copies folders with rsync over ssh. A slash at the end of a source stands for its content. A transfer that failed
is repeated if that can help: when the host did not answer, or the connection was lost.

  -e, --rsh COMMAND          the remote shell (ssh)
  --jobs N                   transfers at once (8)
  --retries N                attempts after the first one (4)
  --backoff SECONDS          pause before the second attempt; doubled before each further one (1)
  --connect-timeout SECONDS  (30)
  --timeout SECONDS          how long nothing may arrive (60)
  --log FILE                 append JSON lines to FILE; - is stdout

Ctrl-C ends all transfers. The next run resumes from what arrived, which is kept in .rsync-partial.
Exit status: 0, or the largest exit code of the transfers, as in rsync(1); 255 if ssh failed.
`;

/** The arguments cannot be used; nothing was started. */
export class UsageError extends Error {}

/** Returns `null` for `--help`. @throws UsageError */
export function readArguments(args: string[]) {
  const option = (value: string) => ({ type: 'string', default: value }) as const;
  const options = {
    rsh: { ...option('ssh'), short: 'e' },
    jobs: option('8'),
    retries: option('4'),
    backoff: option('1'),
    'connect-timeout': option('30'),
    timeout: option('60'),
    log: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) return null;
    parseRemoteShell(values.rsh);
    const count = (name: Exclude<keyof typeof values, 'help'>, min: number) => {
      const text = values[name] as string;
      if (/^\d{1,6}$/.test(text) && Number(text) >= min) return Number(text);
      throw new UsageError(`--${name} takes a whole number from ${min} to 999999, not '${text}'.`);
    };
    return {
      rsh: values.rsh,
      log: values.log,
      jobs: count('jobs', 1),
      retries: count('retries', 0),
      backoff: count('backoff', 0),
      connectTimeout: count('connect-timeout', 1),
      timeout: count('timeout', 1),
      copies: copiesOf(positionals),
    };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function copiesOf(texts: readonly string[]) {
  const operands = texts.map((text) => ({ text, host: hostOf(text) }));
  const local = operands[0]?.host === null ? operands[0] : operands.at(-1);
  const remote = operands.filter((operand) => operand !== local);
  if (local?.host !== null || remote.length === 0 || remote.some(({ host }) => host === null)) {
    throw new UsageError('Give a local folder first or last, and HOST:PATH for everything else.');
  }
  if (local === operands[0]) {
    return remote.map(({ text: target }) => ({
      label: target,
      source: local.text,
      target,
      folder: null,
    }));
  }
  if (new Set(remote.map(({ host }) => host)).size < remote.length) {
    throw new UsageError('Give each host once, because its files go to TARGET/HOST.');
  }
  return remote.map(({ text: source, host }) => {
    const target = remote.length === 1 ? local.text : `${local.text}/${host}/`;
    return { label: source, source, target, folder: path.dirname(target) };
  });
}

/** Returns `null` for a local path. */
function hostOf(text: string): string | null {
  const operand = parseOperand(text);
  if (operand === null) return null;
  if (operand.kind === 'daemon' || text.startsWith('ssh://')) {
    throw new UsageError(`Write '${text}' as [USER@]HOST:PATH.`);
  }
  return parseTarget(operand.host, operand.user ?? undefined).host;
}
