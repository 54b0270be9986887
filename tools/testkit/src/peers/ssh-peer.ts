/** A running SSH server for tests, on loopback. It ends with {@link close}. */
export interface SshPeer extends AsyncDisposable {
  /** What it is, for people: the embedded server, or which sshd. */
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key that the server accepts. */
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** For `ssh -F`: host, port, user, keys; nothing of the user's own configuration is read. */
  readonly configFile: string;
  /** `['-F', configFile]` */
  readonly sshArgs: readonly string[];
  /** Ends the server and every process it started, and removes its files. Idempotent. */
  close(): Promise<void>;
}
