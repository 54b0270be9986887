import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { descendants, isAlive, waitUntil } from '../process-census.js';
import { findPeers } from './find.js';
import { freePort, greets } from './ports.js';
import { makeSshFiles, type SshFiles, sshPeer, type SshPeer } from './ssh-files.js';

export interface OpenSshServerOptions {
  /** Further lines of sshd_config(5); they come first, so they win. */
  extraConfig?: readonly string[];
}

/** A real sshd and its log file. */
export interface OpenSshServer extends SshPeer {
  readonly logFile: string;
}

/**
 * Starts a temporary `sshd` on 127.0.0.1, in the foreground, with its own keys and configuration, for
 * the current user. Its limits allow hundreds of concurrent connections.
 * @throws Error if sshd is not installed or does not start; the message contains its log
 */
export async function startOpenSshServer(
  options: OpenSshServerOptions = {},
): Promise<OpenSshServer> {
  const sshd = findPeers().sshd;
  if (sshd === null) throw new Error('sshd is not installed; run npm run setup:peers');
  const files = makeSshFiles();
  const port = await freePort();
  const logFile = path.join(files.folder, 'sshd.log');
  const configFile = path.join(files.folder, 'sshd_config');
  writeFileSync(configFile, sshdConfig(files, port, options.extraConfig).join('\n'), {
    mode: 0o600,
  });
  // sshd's privilege separation directory; the Debian package leaves it to the service (sshd(8)).
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });

  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(sshd.path, ['-D', '-e', '-f', configFile], { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = once(child, 'exit');
  let closed: Promise<void> | null = null;
  const close = () => (closed ??= end());
  const end = async () => {
    // Commands run in their own process sessions. If the client is gone, they are no longer descendants
    // and end at their next write.
    const sessions = descendants(child.pid as number);
    child.kill('SIGTERM');
    for (const pid of sessions) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await exited;
    files.remove();
  };

  try {
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    await waitUntil(async () => ended() || (await greets(port, 'SSH-')), {
      what: 'sshd to answer',
      everyMs: 20,
    });
    if (ended()) throw new Error(`sshd ended (${child.exitCode ?? child.signalCode})`);
  } catch (cause) {
    const said = readFileSync(logFile, 'utf8').trim();
    await close();
    throw new Error(`sshd did not come up: ${said}`, { cause });
  }
  const peer = sshPeer(files, {
    description: `sshd (${sshd.version})`,
    port,
    user: userInfo().username,
    close,
  });
  return { ...peer, logFile };
}

function sshdConfig(files: SshFiles, port: number, extraConfig: readonly string[] = []): string[] {
  return [
    ...extraConfig,
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${files.hostKeyFile}`,
    `AuthorizedKeysFile ${files.authorizedKeysFile}`,
    `PidFile ${path.join(files.folder, 'sshd.pid')}`,
    // The keys lie below a world-writable folder.
    'StrictModes no',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    // Without PAM sshd itself refuses accounts that shadow(5) marks as locked, but `*` is not locked.
    'UsePAM no',
    // With SHLVL set, bash does not read ~/.bashrc, which may be slow and may write to stderr.
    'SetEnv SHLVL=1',
    'PrintMotd no',
    'PrintLastLog no',
    'Subsystem sftp internal-sftp',
    'MaxStartups 500',
    'MaxSessions 500',
    'UseDNS no',
    'LogLevel VERBOSE',
    '',
  ];
}
