import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from '../matrix/scenario.ts';
import type { WorkDir } from './work-dir.ts';
import { fewFiles } from './trees.ts';
import { VERBOSE_MASKS } from './verbose-masks.ts';

const both = ['push', 'pull'] as const;
const push = ['push'] as const;

/** ssh fails, so the transfer does: rsync says 255, or 12 when it sees the wire end first. */
const failing = (
  name: string,
  title: string,
  fd2: RegExp,
  options: (workDir: WorkDir) => readonly string[],
  more: Partial<Scenario<WorkDir>> = {},
): Scenario<WorkDir> => ({
  name,
  title,
  group: 'ssh',
  directions: push,
  shows: { codes: [255, 12], fd2 },
  run(workDir) {
    fewFiles(workDir.from);
    return workDir.transfer(['-a'], { options: options(workDir) });
  },
  ...more,
});
const o = (...options: string[]) => options.map((option) => `-o${option}`);

export const sshScenarios: readonly Scenario<WorkDir>[] = [
  failing(
    'auth-denied',
    'the server accepts no key',
    /: Permission denied \(publickey\)\.\r\n/,
    () => o('PubkeyAuthentication=no'),
    { directions: both },
  ),
  failing(
    'host-key-changed',
    'the host has another key than the known one',
    /WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!/,
    (workDir) => {
      const known = path.join(workDir.folder, 'known_hosts');
      const other = path.join(workDir.folder, 'other');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', other]);
      writeFileSync(known, `* ${readFileSync(`${other}.pub`, 'utf8')}`, { mode: 0o600 });
      return o(`UserKnownHostsFile=${known}`);
    },
  ),
  failing(
    'host-key-unknown',
    'the host is unknown, and nobody can be asked',
    /Host key verification failed\.\r\n/,
    (workDir) => o(`UserKnownHostsFile=${workDir.folder}/none`, 'StrictHostKeyChecking=ask'),
  ),
  failing(
    'refused',
    'nobody listens on the port',
    /Connection refused/,
    // Reserved (RFC 1700) and without a service on any system that runs this.
    () => ['-p', '1'],
    { directions: both },
  ),
  {
    name: 'dns',
    title: 'the host has no address',
    group: 'ssh',
    directions: push,
    shows: { codes: [255, 12], fd2: /Could not resolve hostname no-such-host\.invalid/ },
    run(workDir) {
      fewFiles(workDir.from);
      const target = `no-such-host.invalid:${workDir.to}/`;
      return workDir.rsync(['-a', '-e', workDir.remoteShell(), `${workDir.from}/`, target]);
    },
  },
  failing(
    'negotiation',
    'client and server have no cipher in common',
    /Unable to negotiate with .*no matching cipher found/,
    () => o('Ciphers=aes128-cbc'),
  ),
  failing('bad-option', 'ssh does not know an option', /Bad configuration option: nosuch/, () =>
    o('NoSuch=1'),
  ),
  {
    name: 'verbose',
    title: 'ssh -v',
    group: 'ssh',
    directions: both,
    shows: { codes: [0], fd2: /debug1: Sending command: / },
    masks: VERBOSE_MASKS,
    run(workDir) {
      fewFiles(workDir.from);
      return workDir.transfer(['-a'], { options: ['-v'] });
    },
  },
  {
    name: 'banner-and-motd',
    title: 'a banner before the login, a message of the day after it',
    group: 'ssh',
    directions: both,
    shows: { codes: [0], fd2: /Authorized use only.*\n(.*\n)*Maintenance on Sunday/ },
    run(workDir) {
      fewFiles(workDir.from);
      return workDir.transfer(['-a'], { server: workDir.peers.greeting });
    },
  },
  {
    name: 'askpass',
    title: 'a key with a passphrase, and an askpass program that talks on stderr',
    group: 'ssh',
    directions: push,
    shows: { codes: [0], fd2: /askpass: asked for the passphrase/ },
    run(workDir) {
      fewFiles(workDir.from);
      const key = path.join(workDir.folder, 'locked');
      writeFileSync(key, readFileSync(workDir.server.identityFile), { mode: 0o600 });
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key], {
        stdio: 'ignore',
      });
      const askpass = path.join(workDir.folder, 'askpass');
      const script =
        '#!/bin/sh\necho "askpass: asked for the passphrase" >&2\necho "open sesame"\n';
      writeFileSync(askpass, script, { mode: 0o700 });
      const config = path.join(workDir.folder, 'config');
      const text = readFileSync(workDir.server.configFile, 'utf8');
      writeFileSync(config, text.replace(/IdentityFile .*/, `IdentityFile ${key}`), {
        mode: 0o600,
      });
      const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
      const shell = `${workDir.shell} -F ${config} -oBatchMode=no`;
      const target = workDir.remote(`${workDir.to}/`);
      return workDir.rsync(['-a', '-e', shell, `${workDir.from}/`, target], { env });
    },
  },
];
