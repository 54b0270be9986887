import { InvalidTargetError } from '../trait/errors.js';
import {
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_KEEPALIVE,
  type SshConnectConfig,
} from './connect-config.js';
import { findSsh } from './find-ssh.js';
import { parseTarget } from './target.js';

/** What {@link SshCommand.raw} takes besides program and arguments. */
export interface RawCommandOptions extends Pick<
  SshConnectConfig,
  'env' | 'cwd' | 'connectTimeoutMs' | 'ioTimeoutMs'
> {
  /** Names the connection in messages and diagnostics. @defaultValue the program */
  label?: string;
}

interface SshCommandFields {
  program: string;
  args: readonly string[];
  label: string;
  env: NodeJS.ProcessEnv | undefined;
  cwd: string | undefined;
  connectTimeoutMs: number | null;
  ioTimeoutMs: number | null;
}

/** A program and its arguments, composed once and the same for both transports. Immutable. */
export class SshCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Names the connection in messages and diagnostics: the host, or the program. */
  readonly label: string;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly cwd: string | undefined;
  /** Unit: milliseconds; `null`: no watchdog. */
  readonly connectTimeoutMs: number | null;
  /** Unit: milliseconds; `null`: no watchdog. */
  readonly ioTimeoutMs: number | null;

  private constructor(fields: SshCommandFields) {
    this.program = fields.program;
    this.args = Object.freeze([...fields.args]);
    this.label = fields.label;
    this.env = fields.env;
    this.cwd = fields.cwd;
    this.connectTimeoutMs = checkedTimeout('connectTimeoutMs', fields.connectTimeoutMs);
    this.ioTimeoutMs = checkedTimeout('ioTimeoutMs', fields.ioTimeoutMs);
    Object.freeze(this);
  }

  /** Any program, as it is. Both watchdogs are off unless given. */
  static raw(
    program: string,
    args: readonly string[] = [],
    options: RawCommandOptions = {},
  ): SshCommand {
    return new SshCommand({
      program,
      args,
      label: options.label ?? program,
      env: options.env,
      cwd: options.cwd,
      connectTimeoutMs: options.connectTimeoutMs ?? null,
      ioTimeoutMs: options.ioTimeoutMs ?? null,
    });
  }

  /**
   * The command line of a remote shell for `[user@]host`. Timeouts, keepalive and address options
   * are composed only for a program named `ssh`, and only where `config` does not set them itself.
   * @throws InvalidTargetError for a host, user or port that must not reach a command line
   */
  static for(target: string, config: SshConnectConfig = {}): SshCommand {
    const program = config.program ?? findSsh(config.env);
    const { user, host } = parseTarget(target, config.user);
    const connectTimeoutMs =
      config.connectTimeoutMs === undefined ? DEFAULT_CONNECT_TIMEOUT_MS : config.connectTimeoutMs;
    const isSsh = /^ssh(?:\.exe)?$/i.test(program.split(/[/\\]/).at(-1) ?? '');
    const args = [...(config.programArgs ?? []), ...asArguments(config.options ?? [])];
    if (config.port !== undefined) args.push('-p', String(checkedPort(config.port)));
    if (isSsh) args.push(...openSshOptions(args, config, connectTimeoutMs));
    if (user !== null && !isSsh) args.push('-l', user);
    if (isSsh) args.push('--', user === null ? host : `${user}@${host}`);
    else args.push(host);
    args.push(...(config.remoteCommand ?? []));
    return new SshCommand({
      program,
      args,
      label: host,
      env: config.env,
      cwd: config.cwd,
      connectTimeoutMs,
      ioTimeoutMs: config.ioTimeoutMs ?? null,
    });
  }
}

/** `Name=value` becomes `-oName=value`, unless it is the value of a one-letter option before it. */
function asArguments(options: readonly string[]): string[] {
  return options.map((option, i) => {
    const isValue = /^-[A-Za-z]$/.test(options[i - 1] ?? '');
    return !isValue && /^[A-Za-z]+\s*=/.test(option) ? `-o${option}` : option;
  });
}

/** What ssh gets unless `given`, the caller's own arguments, already says it. ssh takes the first. */
function openSshOptions(
  given: readonly string[],
  config: SshConnectConfig,
  connectTimeoutMs: number | null,
): string[] {
  const options: string[] = [];
  if (config.addressFamily !== undefined) options.push(`-${config.addressFamily}`);
  if (config.bindAddress !== undefined) options.push('-b', config.bindAddress);
  if (connectTimeoutMs !== null && !sets(given, 'ConnectTimeout')) {
    options.push(`-oConnectTimeout=${wholeSeconds(connectTimeoutMs)}`);
  }
  const keepalive = config.keepalive === undefined ? DEFAULT_KEEPALIVE : config.keepalive;
  if (keepalive !== null) {
    if (!sets(given, 'ServerAliveInterval')) {
      options.push(`-oServerAliveInterval=${wholeSeconds(keepalive.intervalMs)}`);
    }
    if (!sets(given, 'ServerAliveCountMax')) {
      options.push(`-oServerAliveCountMax=${keepalive.maxFailures}`);
    }
  }
  return options;
}

/** Whether arguments contain `-oName=…`, `-o Name=…` or `-o "Name …"`, in any case as ssh reads it. */
function sets(args: readonly string[], name: string): boolean {
  const pattern = new RegExp(`^(?:-o)?\\s*${name}(?:[=\\s]|$)`, 'i');
  return args.some((arg, i) => pattern.test(arg) && (arg.startsWith('-o') || args[i - 1] === '-o'));
}

const wholeSeconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));

function checkedPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidTargetError(`The port ${port} is not a number from 1 to 65535.`);
}

function checkedTimeout(name: string, ms: number | null): number | null {
  // setTimeout's limit; a larger delay would fire at once.
  if (ms === null || (Number.isFinite(ms) && ms > 0 && ms <= 2_147_483_647)) return ms;
  throw new RangeError(
    `${name} is a positive number of milliseconds below 2^31, or null; not ${ms}.`,
  );
}
