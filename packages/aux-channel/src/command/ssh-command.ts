import { checkOptions } from '../options/check-options.js';
import { type Rules, systemText, text } from '../options/rules.js';
import { checkedConfig, processRules, type SshConnectConfig, words } from './connect-config.js';
import { findSsh } from './find-ssh.js';
import { otherOptionWords, setsOption, sshOptionWords } from './option-words.js';
import { parseTarget } from './target.js';
import type { Word } from './word.js';

/** Options of {@link SshCommand.raw}. */
export interface RawCommandOptions extends Pick<
  SshConnectConfig,
  'env' | 'cwd' | 'connectTimeoutMs' | 'ioTimeoutMs'
> {
  /** Names the connection in messages and diagnostics. @defaultValue the program */
  label?: string;
}

const rawRules: Rules<RawCommandOptions> = { ...processRules, label: text };

type SshCommandFields = RawCommandOptions & Pick<SshCommand, 'program' | 'args' | 'label'>;

/** A program and its arguments, in the same form for both transports. Immutable. */
export class SshCommand {
  readonly program: string;
  /** Strings, or bytes if a word is not UTF-8. */
  readonly args: readonly Word[];
  /** Names the connection in messages and diagnostics: the host, or the program. */
  readonly label: string;
  /** `undefined`: the environment of this process. */
  readonly env: Readonly<Record<string, Word>> | undefined;
  readonly cwd: string | undefined;
  /** Unit: milliseconds; `null`: no watchdog. */
  readonly connectTimeoutMs: number | null;
  /** Unit: milliseconds; `null`: no watchdog. */
  readonly ioTimeoutMs: number | null;

  private constructor(fields: SshCommandFields) {
    this.program = fields.program;
    this.args = Object.freeze([...fields.args]);
    this.label = fields.label;
    this.env = fields.env as SshCommand['env'];
    this.cwd = fields.cwd;
    this.connectTimeoutMs = fields.connectTimeoutMs ?? null;
    this.ioTimeoutMs = fields.ioTimeoutMs ?? null;
    Object.freeze(this);
  }

  /**
   * A command with any program and unchanged arguments; both watchdogs are off unless given.
   * @throws InvalidOptionError
   */
  static raw(
    program: string,
    args: readonly Word[] = [],
    options: RawCommandOptions = {},
  ): SshCommand {
    const checked = checkOptions(options, rawRules);
    return new SshCommand({
      label: program,
      ...checked,
      program: systemText.check(program, 'program'),
      args: words.check(args, 'args'),
    });
  }

  /**
   * The command line of a remote shell for `[user@]host`. A program named `ssh` also gets the address
   * options, and the connect timeout and keepalive unless `programArgs` or `options` set them.
   * @throws InvalidTargetError | InvalidOptionError
   */
  static for(target: string, config: SshConnectConfig = {}): SshCommand {
    const checked = checkedConfig(config);
    const { user, host } = parseTarget(target, checked.user);
    const program = checked.program ?? findSsh(config.env as NodeJS.ProcessEnv | undefined);
    const isSsh = /^ssh(?:\.exe)?$/i.test(program.split(/[/\\]/).at(-1) ?? '');
    const args = isSsh ? sshArguments(checked) : otherArguments(checked);
    if (isSsh) args.push('--', user === null ? host : `${user}@${host}`);
    else args.push(...(user === null ? [] : ['-l', user]), host);
    args.push(...(checked.remoteCommand ?? []));
    return new SshCommand({ ...checked, program, args, label: host });
  }
}

/** ssh uses the first value of an option, so the caller's options come first. */
function sshArguments(config: ReturnType<typeof checkedConfig>): Word[] {
  const { port, addressFamily, bindAddress, connectTimeoutMs, keepalive } = config;
  const args = [
    ...sshOptionWords(config.programArgs ?? [], 'programArgs'),
    ...sshOptionWords(config.options ?? [], 'options'),
  ];
  const add = (name: string, value: number) => {
    if (!setsOption(args, name)) args.push(`-o${name}=${value}`);
  };
  if (port !== undefined) args.push('-p', String(port));
  if (addressFamily !== undefined) args.push(`-${addressFamily}`);
  if (bindAddress !== undefined) args.push('-b', bindAddress);
  if (connectTimeoutMs !== null) add('ConnectTimeout', wholeSeconds(connectTimeoutMs));
  if (keepalive !== null) {
    add('ServerAliveInterval', wholeSeconds(keepalive.intervalMs));
    add('ServerAliveCountMax', keepalive.maxFailures);
  }
  return args;
}

function otherArguments({ programArgs = [], options = [], port }: SshConnectConfig): Word[] {
  const args: Word[] = [...programArgs, ...otherOptionWords(options, 'options')];
  if (port !== undefined) args.push('-p', String(port));
  return args;
}

const wholeSeconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
