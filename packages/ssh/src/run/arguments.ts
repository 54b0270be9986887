import { parseArgs } from 'node:util';
import { isHangupIgnored } from '../hangup.js';
import { UsageError } from '../usage-error.js';

/** The parsed command line of `rsync-io run`, without the hosts of `--hosts-file`. */
export interface RunRequest {
  readonly hosts: readonly string[];
  readonly hostsFile: string | null;
  readonly command: readonly string[];
  readonly jobs: number;
  readonly json: boolean;
  /** Unit: milliseconds; `null`: no limit. */
  readonly timeoutMs: number | null;
  readonly ssh: {
    /** `null`: the installed ssh. */
    readonly program: string | null;
    /** Whether ssh must ignore SIGHUP as well. */
    readonly isHangupIgnored: boolean;
    readonly options: readonly string[];
  };
}

const DEFAULT_JOBS = 16;
const MAX_JOBS = 1_000;
const DEFAULT_CONNECT_SECONDS = 30;
/** The longest delay of a Node timer. */
const MAX_SECONDS = 2_147_483;

/** Returns `null` when help is requested. @throws UsageError */
export function parseRunArguments(argv: readonly string[]): RunRequest | null {
  const end = argv.indexOf('--');
  const { values, positionals: hosts } = parse(end === -1 ? argv : argv.slice(0, end));
  if (values.help) return null;
  const command = end === -1 ? [] : argv.slice(end + 1);
  if (command.length === 0) throw new UsageError('no command given; put it after --');
  const connectSeconds =
    secondsOf('--connect-timeout', values['connect-timeout']) ?? DEFAULT_CONNECT_SECONDS;
  const timeout = secondsOf('--timeout', values.timeout);
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
        // ssh uses the first value of an option, so the user's options come first.
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
  throw new UsageError(`--jobs must be an integer from 1 to ${MAX_JOBS}`);
}

function secondsOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new UsageError(
    `${option} must be a number of seconds greater than 0 and at most ${MAX_SECONDS}`,
  );
}

function sshOption(text: string): string {
  if (/^[A-Za-z]+\s*[=\s]\s*\S/.test(text)) return `-o${text}`;
  throw new UsageError(
    `--ssh-option must be NAME=VALUE as in ssh_config(5), not ${JSON.stringify(text)}`,
  );
}
