import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { program } from '@rsync-io/testkit';
import { describe, expect, it } from 'vitest';

const on = process.env['RSYNC_IO_FLAG_STATE'] === 'on';

function run(command: string, args: readonly string[], cwd?: string) {
  return spawnSync(
    process.execPath,
    [...process.execArgv, path.join(import.meta.dirname, `../../bin/${command}.js`), ...args],
    {
      encoding: 'utf8',
      cwd,
      input: 'over the wire',
      env: {
        ...process.env,
        // A remote shell that runs the command on this machine.
        ...(cwd === undefined && { RSYNC_IO_SSH_PROGRAM: process.execPath }),
        NODE_OPTIONS: on ? '-C ssh-socketpair-stderr' : '',
      },
    },
  );
}
const shell = program('fake-remote-shell');

describe('rsync-io-ssh on Windows', () => {
  const remote = (host: string, ...command: string[]) =>
    run('rsync-io-ssh', [shell, host, ...command]);

  it('carries the wire in both directions', () => {
    const { status, stdout } = remote('host', 'more');
    expect(stdout.trim()).toBe('over the wire');
    expect(status).toBe(0);
  });

  it('shows stderr and ends with the exit code', () => {
    const { status, stderr } = remote('host', 'echo diagnosis 1>&2 & exit 23');
    expect(stderr).toContain('diagnosis');
    expect(status).toBe(23);
  });

  it('explains a failure to connect', () => {
    const { status, stderr } = remote('refused.invalid', 'true');
    expect(status).toBe(255);
    expect(stderr).toContain('Connection refused');
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^rsync-io/);
  });
});

describe('rsync-io run on Windows', () => {
  it('does not start an ssh.exe of the current folder', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-'));
    try {
      const system = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
      // If it were started, it would print the name of this machine and exit with 0.
      copyFileSync(path.join(system, 'hostname.exe'), path.join(folder, 'ssh.exe'));
      const { status, stdout } = run('rsync-io', ['run', 'host.invalid', '--', 'true'], folder);
      expect(stdout).toBe('');
      expect(status).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('rsync-io doctor on Windows', () => {
  it('prints the backend that is used', () => {
    const { stdout } = run('rsync-io', ['doctor', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      platform: 'win32',
      chosen: on ? 'tcp-loopback' : 'pipe',
    });
  });
});
