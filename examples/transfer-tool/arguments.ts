import { parseArgs } from 'node:util';
import { parseOperand, parseRemoteShell, parseTarget } from '@rsync-io/ssh/ssh-socketpair-stderr';

export const HELP = `Usage: transfer-tool [OPTION...] SOURCE [USER@]HOST:PATH...    copies to one or more hosts
       transfer-tool [OPTION...] [USER@]HOST:PATH... TARGET    copies from hosts; from several, to TARGET/HOST

Copies folders with rsync over ssh. A slash at the end of a source stands for its content.

  -e, --rsh COMMAND          the remote shell (ssh)
  --jobs N                   transfers at once (8)
  --attempts N               at most, when a host did not answer or was lost (5)
  --backoff SECONDS          pause before the second attempt; doubled before each further one (1)
  --connect SECONDS          how long connecting may take (30)
  --timeout SECONDS          how long nothing may arrive (60)
  --log FILE                 append JSON lines to FILE; - is stdout

Ctrl-C ends all transfers. The next run resumes from what arrived, which is kept in .rsync-partial.
Exit status: 0, or the largest exit code of the transfers, as in rsync(1); 255 if ssh failed.
`;

const COUNTS = { jobs: 8, attempts: 5, backoff: 1, connect: 30, timeout: 60 };

/** Returns `null` for `--help`. @throws Error if the arguments cannot be used */
export function readArguments(args: string[]) {
  const text = { type: 'string' } as const;
  const ofCounts = Object.fromEntries(Object.keys(COUNTS).map((name) => [name, text]));
  const options = { rsh: { ...text, short: 'e' }, log: text, help: { type: 'boolean' } } as const;
  const config = { args, options: { ...ofCounts, ...options }, allowPositionals: true } as const;
  const { values, positionals } = parseArgs(config);
  if (values.help) return null;
  const { rsh = 'ssh', log } = values;
  parseRemoteShell(rsh);
  const numbers = Object.entries(COUNTS).map(([name, byDefault]) => {
    const given = (values as Record<string, string>)[name] ?? String(byDefault);
    if (/^[1-9]\d{0,5}$/.test(given)) return [name, Number(given)];
    throw new Error(`--${name} takes a whole number from 1 to 999999, not '${given}'.`);
  });
  const counts = Object.fromEntries(numbers) as typeof COUNTS;
  return { rsh, log, copies: copiesOf(positionals), ...counts };
}

function copiesOf(texts: readonly string[]) {
  const operands = texts.map((text) => ({ text, host: hostOf(text) }));
  const local = operands[0]?.host === null ? operands[0] : operands.at(-1);
  const remote = operands.filter((operand) => operand !== local);
  if (local?.host !== null || remote.length === 0 || remote.some(({ host }) => host === null)) {
    throw new Error('Give a local folder first or last, and HOST:PATH for everything else.');
  }
  const { text: folder } = local;
  if (local === operands[0]) return remote.map(({ text }) => ({ source: folder, target: text }));
  if (new Set(remote.map(({ host }) => host)).size < remote.length) {
    throw new Error('Give each host once, because its files go to TARGET/HOST.');
  }
  return remote.map(({ text: source, host }) => ({
    source,
    target: remote.length === 1 ? folder : `${folder}/${host}/`,
  }));
}

/** Returns `null` for a local path. */
function hostOf(text: string): string | null {
  const operand = parseOperand(text);
  if (operand === null) return null;
  if (operand.kind === 'daemon' || operand.port !== null || text.startsWith('ssh://')) {
    throw new Error(`Write '${text}' as [USER@]HOST:PATH.`);
  }
  return parseTarget(operand.host, operand.user ?? undefined).host;
}
