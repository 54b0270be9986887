import { parseArgs } from 'node:util';
import { isHangupIgnored } from '../hangup.js';
import { UsageError } from './usage-error.js';

/** What `rsync-io run` was asked to do; the hosts of the file are not in it yet. */
export interface RunRequest {
  readonly hosts: readonly string[];
  readonly hostsFile: string | null;
  /** In words that ssh joins by spaces. */
  readonly command: readonly string[];
  readonly jobs: number;
  readonly json: boolean;
  /** Unit: milliseconds; `null`: none. */
  readonly timeoutMs: number | null;
  readonly ssh: SshSettings;
}

/** How every ssh is started. */
export interface SshSettings {
  /** `null`: ssh, wherever it is installed. */
  readonly program: string | null;
  /** Whether ssh, too, must ignore SIGHUP. */
  readonly isHangupIgnored: boolean;
  /** As the command line of ssh takes them. */
  readonly options: readonly string[];
}

const DEFAULT_JOBS = 16;
const MAX_JOBS = 1_000;
const DEFAULT_CONNECT_SECONDS = 30;
/** What a timer of Node can wait for. */
const MAX_SECONDS = 2_147_483;

/**
 * Parses what follows `rsync-io run`.
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function parseRunArguments(argv: readonly string[]): RunRequest | null {
  const end = argv.indexOf('--');
  const { values, positionals: hosts } = parse(end === -1 ? argv : argv.slice(0, end));
  if (values.help) return null;
  const command = end === -1 ? [] : argv.slice(end + 1);
  if (command.length === 0) throw new UsageError('no command is given; put it after --');
  const connectSeconds = numberOf(values, 'connect-timeout') ?? DEFAULT_CONNECT_SECONDS;
  const timeout = numberOf(values, 'timeout');
  return {
    hosts,
    hostsFile: values['hosts-file'] ?? null,
    command,
    jobs: jobsOf(values.jobs),
    json: values.json ?? false,
    timeoutMs: timeout === null ? null : timeout * 1000,
    ssh: {
      program: values.program ?? null,
      isHangupIgnored: isHangupIgnored(),
      options: [
        ...(values['ssh-config'] === undefined ? [] : ['-F', values['ssh-config']]),
        // ssh takes the first value of an option, so the user's stand before these.
        ...(values['ssh-option'] ?? []).map(sshOption),
        '-oBatchMode=yes',
        `-oConnectTimeout=${Math.ceil(connectSeconds)}`,
      ],
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'hosts-file': { type: 'string' },
        jobs: { type: 'string' },
        timeout: { type: 'string' },
        'connect-timeout': { type: 'string' },
        'ssh-option': { type: 'string', multiple: true },
        'ssh-config': { type: 'string' },
        program: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function jobsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_JOBS;
  const jobs = /^\d+$/.test(text) ? Number(text) : NaN;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  throw new UsageError(`--jobs takes a whole number from 1 to ${MAX_JOBS}`);
}

function numberOf(
  values: { timeout?: string | undefined; 'connect-timeout'?: string | undefined },
  name: 'timeout' | 'connect-timeout',
): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new UsageError(`--${name} takes a number of seconds above 0, at most ${MAX_SECONDS}`);
}

function sshOption(text: string): string {
  if (/^[A-Za-z]+\s*[=\s]\s*\S/.test(text)) return `-o${text}`;
  throw new UsageError(
    `--ssh-option takes NAME=VALUE as in ssh_config(5), not ${JSON.stringify(text)}`,
  );
}
