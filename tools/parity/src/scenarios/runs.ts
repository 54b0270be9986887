import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { waitUntil } from '@rsync-io/testkit/lab';
import type { ClientRun } from '../matrix/scenario.ts';
import type { WorkDir } from './work-dir.ts';

/** Root may read everything; another user may not. */
const AS_NOBODY =
  process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups rsync' : 'rsync';

/** The runs that need more than data, by the names of their scenarios. */
export const RUNS: Readonly<Record<string, (workDir: WorkDir) => Promise<ClientRun>>> = {
  'permission-denied'(workDir) {
    const { direction, folder, from, lab } = workDir;
    writeFileSync(path.join(from, 'secret'), 'unreadable\n');
    if (direction === 'pull') chmodSync(path.join(from, 'secret'), 0);
    const target = path.join(folder, 'closed');
    mkdirSync(target, { mode: direction === 'push' ? 0o555 : 0o755 });
    for (const one of [lab.folder, path.dirname(folder), folder]) chmodSync(one, 0o755);
    const args = ['-r', '--stderr=all', `--rsync-path=${AS_NOBODY}`];
    return workDir.transfer(args, { target: `${target}/` });
  },
  vanished: (workDir) =>
    workDir.transfer(['-a', '--bwlimit=120'], {
      meanwhile: async () => {
        await firstArrives(workDir);
        rmSync(path.join(workDir.from, 'z-last'));
      },
    }),
  'client-terminated': (workDir) =>
    workDir.transfer(['-a', '--bwlimit=50'], {
      meanwhile: async (child) => {
        await firstArrives(workDir);
        child.kill('SIGTERM');
      },
    }),
  'max-delete'(workDir) {
    for (const name of ['x', 'y', 'z']) writeFileSync(path.join(workDir.to, name), '');
    return workDir.transfer(['-a', '--delete', '--max-delete=1']);
  },
  'host-key-changed'(workDir) {
    const [known, other] = inFolder(workDir, 'known_hosts', 'other');
    keygen('-N', '', '-C', '', '-f', other);
    writeFileSync(known, `* ${readFileSync(`${other}.pub`, 'utf8')}`, { mode: 0o600 });
    return workDir.transfer(['-a'], { options: [`-oUserKnownHostsFile=${known}`] });
  },
  dns: (workDir) =>
    workDir.rsync([
      ...['-a', '-e', workDir.remoteShell(), `${workDir.from}/`],
      `no-such-host.invalid:${workDir.to}/`,
    ]),
  askpass(workDir) {
    const { server } = workDir;
    const [key, config, askpass] = inFolder(workDir, 'locked', 'config', 'askpass');
    writeFileSync(key, readFileSync(server.identityFile), { mode: 0o600 });
    keygen('-p', '-P', '', '-N', 'open sesame', '-f', key);
    const script = '#!/bin/sh\necho "askpass: asked for the passphrase" >&2\necho "open sesame"\n';
    writeFileSync(askpass, script, { mode: 0o700 });
    const text = readFileSync(server.configFile, 'utf8');
    const changed = text.replace(/IdentityFile .*/, `IdentityFile ${key}`);
    writeFileSync(config, changed, { mode: 0o600 });
    const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
    const shell = `${workDir.shell} -F ${config} -oBatchMode=no`;
    const target = workDir.remote(`${workDir.to}/`);
    return workDir.rsync(['-a', '-e', shell, `${workDir.from}/`, target], { env });
  },
  async 'control-master-left'(workDir) {
    const [socket] = inFolder(workDir, 'm');
    const master = ['-oControlMaster=auto', '-oControlPersist=20', `-oControlPath=${socket}`];
    try {
      return await workDir.transfer(['-a'], { options: ['-v', ...master] });
    } finally {
      execFileSync('ssh', ['-O', 'exit', '-S', socket, workDir.server.host], { stdio: 'ignore' });
    }
  },
  'daemon-over-shell': (workDir) => overShell(workDir, ends(workDir, `${workDir.server.host}::`)),
  'daemon-through-socket': (workDir) => throughSocket(workDir, ends(workDir, 'rsync://127.0.0.1/')),
  'daemon-module-list': (workDir) => overShell(workDir, [`${workDir.server.host}::`], ['-v']),
  'daemon-auth-over-shell'(workDir) {
    const { host, user } = workDir.server;
    return overShell(workDir, ends(workDir, `someone@${host}::`, 'secret'), ['-l', user]);
  },
  'daemon-auth-through-socket': (workDir) =>
    throughSocket(workDir, ends(workDir, 'rsync://someone@127.0.0.1/', 'secret')),
  'daemon-gone': (workDir) =>
    throughSocket(workDir, ['rsync://127.0.0.1/open/', `${workDir.to}/`], 1),
};

const inFolder = ({ folder }: WorkDir, ...names: string[]) =>
  names.map((name) => path.join(folder, name)) as [string, string, string];

const keygen = (...args: string[]) =>
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', ...args], { stdio: 'ignore' });

/** Resolves while the first of the slow files arrives. */
const firstArrives = ({ to }: WorkDir) =>
  waitUntil(() => readdirSync(to).some((name) => name.startsWith('.a-first.')), {
    what: 'the first file to arrive',
  });

const env = { RSYNC_PASSWORD: 'wrong' };

/** `host::module`: a daemon that ssh starts for this one transfer. */
function overShell(workDir: WorkDir, words: readonly string[], ssh: readonly string[] = []) {
  const daemon = `--rsync-path=rsync --config=${workDir.peers.daemon.configFile}`;
  return workDir.rsync(['-a', '-e', workDir.remoteShell(ssh), daemon, ...words], { env });
}

/** `rsync://`: a daemon's socket, reached through ssh's `-W`. */
function throughSocket(
  workDir: WorkDir,
  words: readonly string[],
  port = workDir.peers.daemon.port,
) {
  const connect = `${workDir.remoteShell(['-W', `127.0.0.1:${port}`])} ${workDir.server.host}`;
  return workDir.rsync(['-a', ...words], { env: { ...env, RSYNC_CONNECT_PROG: connect } });
}

/** Source and target, one of which is a module. */
function ends({ direction, from, to, lab }: WorkDir, prefix: string, module?: string): string[] {
  const remote = (folder: string) =>
    `${prefix}${module ?? `open${folder.slice(lab.folder.length)}`}/`;
  return direction === 'push' ? [`${from}/`, remote(to)] : [remote(from), `${to}/`];
}
