import { describe, expect, it } from 'vitest';
import { InvalidTargetError } from '../../src/trait/errors.js';
import { findSsh } from '../../src/command/find-ssh.js';
import { SshCommand } from '../../src/command/ssh-command.js';
import { quoteForShell } from '../../src/command/quote.js';

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

  it.each([
    ['ServerAliveInterval', '20'],
    ['ServerAliveCountMax', '3'],
  ])('does not add %s where the caller sets it, and adds the other', (name, usual) => {
    const other = defaults.filter((option) => !option.startsWith(`-o${name}`));
    for (const options of [[`${name}=9`], ['-o', `${name}=9`], [`-o${name.toLowerCase()} 9`]]) {
      const { args } = SshCommand.for('host', { options });
      expect(args).not.toContain(`-o${name}=${usual}`);
      expect(args).toEqual(expect.arrayContaining(other));
    }
    // Not an option: the value of one, or another one that begins alike.
    for (const options of [['-i', `${name}=9`], [`${name}Else=9`]]) {
      expect(SshCommand.for('host', { options }).args).toEqual(expect.arrayContaining(defaults));
    }
  });

  it('takes only a word before `=` for an option that lacks its -o', () => {
    const composed = (...options: string[]) =>
      SshCommand.for('host', { options, connectTimeoutMs: null, keepalive: null }).args.slice(
        0,
        -2,
      );
    expect(composed('LogLevel = ERROR')).toEqual(['-oLogLevel = ERROR']);
    expect(composed('Name1=x', 'Log Level=x')).toEqual(['Name1=x', 'Log Level=x']);
    // A value belongs to a one-letter option only.
    expect(composed('-4v', 'LogLevel=ERROR')).toEqual(['-4v', '-oLogLevel=ERROR']);
    expect(composed('x-i', 'LogLevel=ERROR')).toEqual(['x-i', '-oLogLevel=ERROR']);
    expect(composed('-i', 'LogLevel=ERROR')).toEqual(['-i', 'LogLevel=ERROR']);
  });

  it('has no timeouts and no user where none is wanted', () => {
    expect(SshCommand.for('host', { connectTimeoutMs: null, keepalive: null }).args).toEqual([
      '--',
      'host',
    ]);
    expect(SshCommand.for('host', { program: 'rsh' }).args).toEqual(['host']);
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

  it.each(['/usr/bin/ssh/', 'my-ssh', 'sshpass', 'ssh.exe.txt', 'sshxexe'])(
    'does not take %s for ssh',
    (program) => {
      expect(SshCommand.for('host', { program }).args).toEqual(['host']);
    },
  );

  it('keeps brackets that do not stand around the whole host', () => {
    expect(SshCommand.for('a[b]').args.at(-1)).toBe('a[b]');
    expect(SshCommand.for('[a]b').args.at(-1)).toBe('[a]b');
  });

  it('takes the same user twice, and the first and the last port', () => {
    expect(SshCommand.for('a@host', { user: 'a' }).args.at(-1)).toBe('a@host');
    expect(SshCommand.for('host', { port: 1 }).args).toContain('1');
    expect(SshCommand.for('host', { port: 65_535 }).args).toContain('65535');
  });

  it.each([
    ['', {}, 'The host is empty. Give a target as [user@]host.'],
    ['@host', {}, 'The user is empty. Give a target as [user@]host.'],
    ['host', { user: '' }, 'The user is empty. Give a target as [user@]host.'],
    ['-x', {}, 'The host "-x" begins with "-", so a program could take it for an option.'],
    [
      'host',
      { user: '-x' },
      'The user "-x" begins with "-", so a program could take it for an option.',
    ],
    ['a\n', {}, 'The host "a\\n" holds control characters. Remove them.'],
    [
      'a@host',
      { user: 'b' },
      'The target names the user "a" and the configuration "b". Name one of them.',
    ],
    ['host', { port: 65_536 }, 'The port 65536 is not a number from 1 to 65535.'],
    ['host', { port: 2.5 }, 'The port 2.5 is not a number from 1 to 65535.'],
  ])('says of %j with %j what is wrong with it', (target, config, message) => {
    expect(() => SshCommand.for(target, config)).toThrow(message);
  });

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
    expect(() => SshCommand.for('host', { connectTimeoutMs })).toThrow(
      `connectTimeoutMs is a positive number of milliseconds below 2^31, or null; not ${connectTimeoutMs}.`,
    );
  });

  it('takes a timeout of up to 2^31 - 1 ms, and names the one that is wrong', () => {
    const most = 2 ** 31 - 1;
    expect(SshCommand.for('host', { ioTimeoutMs: most }).ioTimeoutMs).toBe(most);
    expect(() => SshCommand.raw('x', [], { ioTimeoutMs: 0 })).toThrow(/^ioTimeoutMs is/);
    expect(SshCommand.raw('x').args).toEqual([]);
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
