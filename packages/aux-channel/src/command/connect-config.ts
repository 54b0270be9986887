import { checkOptions, optionsOf } from '../options/check-options.js';
import {
  integer,
  listOf,
  literalOr,
  milliseconds,
  oneOf,
  positiveInteger,
  required,
  type Rules,
  systemText,
  text,
} from '../options/rules.js';
import { environmentRule, type Word, wordRule } from './word.js';

/** How to reach a host. Every field is optional. */
export interface SshConnectConfig {
  /** The remote shell. @defaultValue `'ssh'`; on Windows also where OpenSSH and Git install it */
  program?: string;
  /** Arguments of the program, before all generated ones. */
  programArgs?: readonly Word[];
  /** The remote user, unless the target names one. */
  user?: string;
  /** From 1 to 65535. */
  port?: number;
  /**
   * Passed to ssh: `Name=value` and `Name value` with `-o`, an option letter (`-4`) as it is, with its
   * value, if any, in the next entry (`'-i', '/key'`).
   */
  options?: readonly string[];
  /** Connect by IPv4 or IPv6 only. */
  addressFamily?: 4 | 6;
  /** The local address to connect from. */
  bindAddress?: string;
  /**
   * How long the remote side may stay silent at the start; `null` turns the watchdog off. ssh gets the
   * same limit as `-oConnectTimeout`, rounded up to seconds. Unit: milliseconds.
   * @defaultValue 30 000
   */
  connectTimeoutMs?: number | null;
  /** Longest time without a transferred byte; `null`: no limit. Unit: milliseconds. @defaultValue `null` */
  ioTimeoutMs?: number | null;
  /** ssh's own probes of a silent connection; `null` leaves them to ssh's configuration. @defaultValue every 20 s, 3 failures */
  keepalive?: { intervalMs: number; maxFailures: number } | null;
  /**
   * The remote command, as words. ssh joins them with spaces and the remote shell parses the result:
   * quote them with `quoteForShell` unless the shell should interpret them.
   */
  remoteCommand?: readonly Word[];
  /** The child's environment. @defaultValue `process.env` */
  env?: Readonly<Record<string, Word | undefined>>;
  cwd?: string;
}

/** Unit: milliseconds. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;

/** Every 20 seconds; ssh closes the connection after 3 unanswered probes. */
export const DEFAULT_KEEPALIVE = Object.freeze({ intervalMs: 20_000, maxFailures: 3 });

export const words = listOf('strings or Uint8Arrays', wordRule);

const timeout = literalOr(null, milliseconds);

export const processRules = {
  env: environmentRule,
  cwd: systemText,
  connectTimeoutMs: timeout,
  ioTimeoutMs: timeout,
};

const connectConfigRules: Rules<SshConnectConfig> = {
  ...processRules,
  program: systemText,
  programArgs: words,
  // The characters are checked together with those of the target.
  user: text,
  port: integer(1, 65_535),
  options: listOf('strings', systemText),
  addressFamily: oneOf(4, 6),
  bindAddress: systemText,
  keepalive: literalOr(
    null,
    optionsOf({ intervalMs: required(milliseconds), maxFailures: required(positiveInteger) }),
  ),
  remoteCommand: words,
};

/** Checks a configuration and adds the defaults. @throws InvalidOptionError */
export const checkedConfig = (config: SshConnectConfig) => ({
  connectTimeoutMs: DEFAULT_CONNECT_TIMEOUT_MS,
  keepalive: DEFAULT_KEEPALIVE,
  ...checkOptions(config, connectConfigRules, '', 'config'),
});
