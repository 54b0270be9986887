import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rsyncIoSshPath } from '@rsync-io/ssh';
import { describeWithPeers, type OpenSshServer, startOpenSshServer } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

const DOC = readFileSync(path.join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
const EXPLAINED = 'rsync-io-ssh: connection refused: nothing listens on that port.';

let server: OpenSshServer;
let folder: string;
let sshConfig: string;
beforeAll(async () => {
  server = await startOpenSshServer();
  folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-scale-'));
  sshConfig = path.join(folder, 'ssh_config');
  const hosts = 'Host refused\n  Port 1\nHost *\n  HostName 127.0.0.1\n';
  writeFileSync(sshConfig, hosts + readFileSync(server.configFile, 'utf8'), { mode: 0o600 });
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the configuration that docs/scale.md shows, for this installation and this server. */
function configure(name: string): string {
  const block = new RegExp(`\`\`\`ini\\n# ${name}\\n(.*?)\`\`\``, 's').exec(DOC)?.[1] ?? '';
  expect(block).toContain('/usr/local/bin/rsync-io-ssh');
  const file = path.join(folder, name);
  const text = block.replace('/usr/local/bin/rsync-io-ssh', rsyncIoSshPath());
  writeFileSync(file, text.replaceAll('~/.ssh/config', sshConfig));
  return file;
}

describeWithPeers(['ssh', 'sshd', 'ansible'], 'Ansible', () => {
  it('works with rsync-io-ssh as its ssh, and shows the explanation of a host that fails', () => {
    const env = { ...process.env, ANSIBLE_CONFIG: configure('ansible.cfg'), HOME: folder };
    const args = [
      'all',
      '-i',
      'web-1,web-2,refused,',
      '-m',
      'ansible.builtin.raw',
      '-a',
      'echo up',
    ];
    const { stdout } = spawnSync('ansible', args, { env, encoding: 'utf8' });
    for (const host of ['web-1', 'web-2'])
      expect(stdout).toContain(`${host} | CHANGED | rc=0 >>\nup`);
    expect(stdout).toMatch(/^refused \| UNREACHABLE!/m);
    expect(stdout).toContain(EXPLAINED);
  });

  it('copies a file with rsync-io-ssh as its ssh', () => {
    const env = { ...process.env, ANSIBLE_CONFIG: configure('ansible.cfg'), HOME: folder };
    const args = ['web-1', '-i', 'web-1,', '-m', 'ansible.builtin.copy'];
    const target = path.join(folder, 'copied');
    const { stdout } = spawnSync('ansible', [...args, '-a', `src=${sshConfig} dest=${target}`], {
      env,
      encoding: 'utf8',
    });
    expect(stdout).toContain('web-1 | CHANGED');
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(sshConfig, 'utf8'));
  });
});

describeWithPeers(['ssh', 'sshd', 'clush'], 'ClusterShell', () => {
  it('works with rsync-io-ssh as its ssh, and shows the explanation of a host that fails', () => {
    const env = { ...process.env, CLUSTERSHELL_CFGDIR: folder, HOME: folder };
    configure('clush.conf');
    const { stdout, stderr } = spawnSync('clush', ['-w', 'web-[1-2],refused', 'echo up'], {
      env,
      encoding: 'utf8',
      input: '',
    });
    expect(stdout.trim().split('\n').sort()).toEqual(['web-1: up', 'web-2: up']);
    expect(stderr).toContain(`refused: ${EXPLAINED}`);
    expect(stderr).toContain('clush: refused: exited with exit code 255');
  });
});
