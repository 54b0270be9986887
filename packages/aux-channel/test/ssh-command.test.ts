import { describe, expect, it } from 'vitest';
import { InvalidTargetError } from '../src/errors.js';
import { findSsh } from '../src/command/find-ssh.js';
import { SshCommand } from '../src/command/ssh-command.js';
import { quoteForShell } from '../src/command/quote.js';

const defaults = ['-oConnectTimeout=30', '-oServerAliveInterval=20', '-oServerAliveCountMax=3'];

describe('SshCommand.for', () => {
  it('composes timeouts and keepalive and puts the target behind --', () => {
    const command = SshCommand.for('alice@host.example', {
      remoteCommand: ['rsync', '--server', '.'],
    });
    expect(command.program).toBe(findSsh());
    expect(command.args).toEqual([
      ...defaults,
      '--',
      'alice@host.example',
      'rsync',
      '--server',
      '.',
    ]);
    expect(command).toMatchObject({
      label: 'host.example',
      connectTimeoutMs: 30_000,
      ioTimeoutMs: null,
    });
  });

  it('passes port, user, address family, local address and options', () => {
    const command = SshCommand.for('host', {
      user: 'bob',
      port: 2222,
      addressFamily: 6,
      bindAddress: '::1',
      options: ['BatchMode=yes', '-i', '/key'],
      programArgs: ['-F', '/config'],
    });
    expect(command.args).toEqual([
      ...['-F', '/config', '-oBatchMode=yes', '-i', '/key', '-p', '2222', '-6', '-b', '::1'],
      ...[...defaults, '--', 'bob@host'],
    ]);
  });

  it.each([
    [{ options: ['ConnectTimeout=5'] }],
    [{ options: ['-oconnecttimeout=5'] }],
    [{ options: ['-o', 'ConnectTimeout 5'] }],
    [{ programArgs: ['-oConnectTimeout=5'] }],
    [{ connectTimeoutMs: null }],
  ])('does not add a connect timeout to %j', (config) => {
    const composed = SshCommand.for('host', config).args.filter(
      (arg) => arg === '-oConnectTimeout=30',
    );
    expect(composed).toEqual([]);
  });

  it('takes a value of another option for what it is', () => {
    expect(SshCommand.for('host', { options: ['-i', 'ConnectTimeout=5'] }).args).toContain(
      '-oConnectTimeout=30',
    );
  });

  it('rounds the connect timeout up to seconds', () => {
    expect(SshCommand.for('host', { connectTimeoutMs: 1_200 }).args).toContain(
      '-oConnectTimeout=2',
    );
  });

  it('leaves keepalive to the configuration of ssh when it is null', () => {
    expect(SshCommand.for('host', { keepalive: null }).args.join(' ')).not.toContain('ServerAlive');
  });

  it('gives other remote shells nothing that only ssh understands', () => {
    const command = SshCommand.for('carol@host', {
      program: '/opt/rsh',
      addressFamily: 4,
      remoteCommand: ['id'],
    });
    expect(command.args).toEqual(['-l', 'carol', 'host', 'id']);
  });

  it.each(['/usr/bin/ssh', 'C:\\Windows\\System32\\OpenSSH\\ssh.exe', 'SSH.EXE'])(
    'knows %s as ssh',
    (program) => {
      expect(SshCommand.for('host', { program }).args).toContain('--');
    },
  );

  it('takes the brackets off an IPv6 address and splits the user at the last @', () => {
    expect(SshCommand.for('a@b@[::1]').args.at(-1)).toBe('a@b@::1');
  });

  it.each([
    ['a host that begins with a dash', '-oProxyCommand=id', {}],
    ['such a host behind a user', 'user@-oProxyCommand=id', {}],
    ['a user that begins with a dash', '-l@host', {}],
    ['such a user in the configuration', 'host', { user: '-x' }],
    ['an empty target', '', {}],
    ['an empty host', 'user@', {}],
    ['empty brackets', '[]', {}],
    ['an empty user', '@host', {}],
    ['a newline', 'ho\nst', {}],
    ['NUL', 'host\0', {}],
    ['a C1 control', 'host\u009b', {}],
    ['two different users', 'a@host', { user: 'b' }],
    ['port 0', 'host', { port: 0 }],
    ['a port that is no number', 'host', { port: Number.NaN }],
  ])('refuses %s', (_what, target, config) => {
    expect(() => SshCommand.for(target, config)).toThrow(InvalidTargetError);
  });

  it.each([0, -1, Number.NaN, 2 ** 31])('refuses a timeout of %d ms', (connectTimeoutMs) => {
    expect(() => SshCommand.for('host', { connectTimeoutMs })).toThrow(RangeError);
  });
});

describe('SshCommand.raw', () => {
  it('runs a program as it is, without watchdogs', () => {
    const command = SshCommand.raw('rsync', ['--version']);
    expect(command).toMatchObject({
      program: 'rsync',
      label: 'rsync',
      connectTimeoutMs: null,
      ioTimeoutMs: null,
    });
    expect(command.args).toEqual(['--version']);
  });

  it('does not change when the caller changes its array', () => {
    const args = ['a'];
    const command = SshCommand.raw('program', args);
    args.push('b');
    expect(command.args).toEqual(['a']);
  });
});

describe('quoteForShell', () => {
  it.each([
    ['--server', '--server'],
    ['-vlogDtpre.iLsfxCIvu', '-vlogDtpre.iLsfxCIvu'],
    ['~/dst', '~/dst'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(id)', "'$(id)'"],
    ['*', "'*'"],
    ['a\nb', "'a\nb'"],
  ])('%j becomes %j', (word, quoted) => {
    expect(quoteForShell(word)).toBe(quoted);
  });
});
