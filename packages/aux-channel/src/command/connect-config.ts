/** How to reach a host. Every field may be left out. */
export interface SshConnectConfig {
  /** The remote shell. @defaultValue `'ssh'`; on Windows also where OpenSSH and Git install it */
  program?: string;
  /** Arguments of the program itself, before all composed ones. */
  programArgs?: string[];
  /** The remote user, unless the target names one. */
  user?: string;
  /** 1 … 65535. */
  port?: number;
  /**
   * Options of ssh: `Name=value` is passed as `-oName=value`, anything else (`'-i', '/key'`) as it
   * is.
   */
  options?: string[];
  addressFamily?: 4 | 6;
  /** Local address to connect from. */
  bindAddress?: string;
  /**
   * How long the remote side may stay silent at the start; `null` turns the watchdog off. ssh gets
   * it too, as `-oConnectTimeout`, rounded up to seconds. Unit: milliseconds.
   * @defaultValue 30 000
   */
  connectTimeoutMs?: number | null;
  /** How long no byte may move in either direction; `null`: for ever. Unit: milliseconds. @defaultValue `null` */
  ioTimeoutMs?: number | null;
  /** ssh's own probes of a silent connection; `null` leaves them to ssh's configuration. @defaultValue every 20 s, 3 failures */
  keepalive?: { intervalMs: number; maxFailures: number } | null;
  /** The remote command, in words that ssh joins by spaces for the remote shell to parse. */
  remoteCommand?: string[];
  /** The child's environment. @defaultValue `process.env` */
  env?: NodeJS.ProcessEnv;
  /** The child's working directory. */
  cwd?: string;
}

/** Unit: milliseconds. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;

/** Twenty seconds, three times. */
export const DEFAULT_KEEPALIVE = Object.freeze({ intervalMs: 20_000, maxFailures: 3 });
