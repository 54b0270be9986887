import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NotHereError } from '@rsync-io/command';
import { findPeers, startOpenSshServer } from '@rsync-io/testkit';

const require = createRequire(import.meta.url);

/** A folder, commands and a real sshd, by names that say nothing of this machine. */
export interface Stage extends AsyncDisposable {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A key that is not the server's; anybody's will do. */
const OTHER_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

/**
 * `demo-host` answers with a key that is not the known one; `web-1` … `web-3` work, `db-1` refuses, and
 * `old-1` accepts no key.
 * @throws NotHereError that names the program that is missing
 */
export async function setStage(): Promise<Stage> {
  const { ssh } = findPeers();
  if (ssh === null)
    throw new NotHereError('ssh is not installed; npm run setup:peers installs it.');
  const server = await startOpenSshServer();
  const cwd = mkdtempSync(path.join(tmpdir(), 'rsync-io-stills-'));
  const bin = path.join(cwd, 'bin');
  const config = path.join(cwd, 'ssh_config');
  mkdirSync(bin);
  mkdirSync(path.join(cwd, 'photos'));
  writeFileSync(path.join(cwd, 'photos', 'one.jpg'), 'one');
  writeFileSync(path.join(cwd, 'known_hosts'), `demo-host ${OTHER_KEY}\n`);
  writeFileSync(config, sshConfig(server), { mode: 0o600 });

  const command = (name: string, line: string) =>
    writeFileSync(path.join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
  command('ssh', `'${ssh.path}' -F '${config}'`);
  const commands = path.join(path.dirname(require.resolve('@rsync-io/ssh/package.json')), 'bin');
  for (const name of ['rsync-io', 'rsync-io-ssh']) {
    command(name, `'${process.execPath}' '${path.join(commands, `${name}.js`)}'`);
  }
  const { NO_COLOR: _, ...env } = process.env;
  return {
    cwd,
    env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      rmSync(cwd, { recursive: true });
    },
  };
}

/** What of the server ssh must know. */
interface Addresses {
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

function sshConfig(server: Addresses): string {
  return [
    'Host demo-host',
    // A relative name, as it appears in the picture.
    '  UserKnownHostsFile known_hosts',
    '  HostKeyAlias demo-host',
    'Host db-1',
    // tcpmux: nobody has it.
    '  Port 1',
    'Host old-1',
    '  PubkeyAuthentication no',
    '  User backup',
    'Host *',
    '  HostName localhost',
    '  AddressFamily inet',
    `  Port ${server.port}`,
    `  User ${server.user}`,
    `  IdentityFile "${server.identityFile}"`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile "${server.knownHostsFile}"`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}
