import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';

export type SshFiles = ReturnType<typeof makeSshFiles>;

/** Generates keys of a temporary server in a private folder: only this user can read them, as ssh and sshd require. */
export function makeSshFiles() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-ssh-'));
  const host = generateKeyPair();
  const client = generateKeyPair();
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  mkdirSync(path.join(folder, 'empty'));
  return {
    folder,
    hostKeyFile: write('host_key', host.private),
    hostKey: host.private,
    authorizedKeysFile: write('authorized_keys', `${client.public}\n`),
    clientPublicKey: client.public,
    identityFile: write('identity', client.private),
    // `*`, because the port is not known yet and the file is used for one server only.
    knownHostsFile: write('known_hosts', `* ${host.public}\n`),
    configFile: path.join(folder, 'ssh_config'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * ssh2 1.17 writes about three of a thousand ed25519 keys in a form that neither it nor OpenSSH can
 * read, if a number begins with a zero byte. Such a key is discarded.
 */
function generateKeyPair() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** A running SSH server for tests, on loopback. It ends with `close`. */
export type SshPeer = ReturnType<typeof sshPeer>;

interface Server {
  /** The embedded server, or the version of sshd. */
  readonly description: string;
  readonly port: number;
  readonly user: string;
  /** Ends the server and every process it started, and removes its files. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Writes the client's configuration and returns the description of the server. */
export function sshPeer(files: SshFiles, server: Server) {
  const { identityFile, knownHostsFile, configFile } = files;
  const lines = [
    'Host *',
    `  Port ${server.port}`,
    `  User ${server.user}`,
    `  IdentityFile "${identityFile}"`,
    `  UserKnownHostsFile "${knownHostsFile}"`,
    '  GlobalKnownHostsFile none',
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    '  BatchMode yes',
    '  StrictHostKeyChecking yes',
    '  LogLevel INFO',
  ];
  writeFileSync(configFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  return {
    ...server,
    host: '127.0.0.1',
    /** A private key that the server accepts. */
    identityFile,
    knownHostsFile,
    /** For `ssh -F`: host, port, user and keys. The user's own configuration is not read. */
    configFile,
    sshArgs: ['-F', configFile],
    [Symbol.asyncDispose]: () => server.close(),
  };
}
