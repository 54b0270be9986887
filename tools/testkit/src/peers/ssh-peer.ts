/** A running SSH server for tests, on loopback. It ends with {@link close}. */
export interface SshPeer extends AsyncDisposable {
  /** A description: the embedded server, or the version of sshd. */
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key that the server accepts. */
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** For `ssh -F`: host, port, user and keys. The user's own configuration is not read. */
  readonly configFile: string;
  /** `['-F', configFile]` */
  readonly sshArgs: readonly string[];
  /** Ends the server and every process it started, and removes its files. Idempotent. */
  close(): Promise<void>;
}
