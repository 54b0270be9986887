import { describe, expect, it } from 'vitest';
import { InvalidTargetError } from '../../src/trait/errors.js';
import { findSsh } from '../../src/command/find-ssh.js';
import { SshCommand } from '../../src/command/ssh-command.js';
import { remoteRsyncCommand } from '../../src/command/remote-rsync.js';
import { quoteForShell } from '../../src/command/quote.js';

const defaults = ['-oConnectTimeout=30', '-oServerAliveInterval=20', '-oServerAliveCountMax=3'];

describe('SshCommand.for', () => {
  it('adds timeouts and keepalive, and puts the target after --', () => {
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
  ])('does not add %s if the caller sets it, but adds the other', (name, usual) => {
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

  it('passes `Name=value` and `Name value` with -o, unless it is the value of the option before it', () => {
    const composed = (...options: string[]) =>
      SshCommand.for('host', { options, connectTimeoutMs: null, keepalive: null }).args.slice(
        0,
        -2,
      );
    expect(composed('LogLevel = ERROR')).toEqual(['-oLogLevel = ERROR']);
    expect(composed('LogLevel ERROR', 'Name1=x')).toEqual(['-oLogLevel ERROR', '-oName1=x']);
    expect(composed('-4v', 'LogLevel=ERROR')).toEqual(['-4v', '-oLogLevel=ERROR']);
    expect(composed('-i/key', 'LogLevel=ERROR')).toEqual(['-i/key', '-oLogLevel=ERROR']);
    expect(composed('-vi', 'LogLevel=ERROR')).toEqual(['-vi', 'LogLevel=ERROR']);
    expect(composed('-i', 'LogLevel=ERROR')).toEqual(['-i', 'LogLevel=ERROR']);
  });

  it.each([
    ['a word that ssh would take for the host', ['web-1'], 'options[0]'],
    ['such a word behind an option without a value', ['-4', 'web-1'], 'options[1]'],
    ['the end of the options', ['--'], 'options[0]'],
    ['a lone dash', ['-'], 'options[0]'],
    ['an option without its value', ['-v', '-i'], 'options[1]'],
  ])('rejects %s among the options', (_what, options, option) => {
    expect(() => SshCommand.for('host', { options })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
    );
    const programArgs = options;
    expect(() => SshCommand.for('host', { programArgs })).toThrow(/^programArgs\[\d\] must be/);
  });

  it('accepts options that ssh does not have for another remote shell', () => {
    const composed = (...options: string[]) =>
      SshCommand.for('host', { program: 'plink', programArgs: ['-batch'], options, port: 22 }).args;
    expect(composed('-pw', 'x', 'Name=y')).toEqual([
      '-batch',
      '-pw',
      'x',
      '-oName=y',
      '-p',
      '22',
      'host',
    ]);
    expect(() => composed('web-1')).toThrow(/^options\[0\] must be/);
  });

  it('adds no timeouts and no user if none are given', () => {
    expect(SshCommand.for('host', { connectTimeoutMs: null, keepalive: null }).args).toEqual([
      '--',
      'host',
    ]);
    expect(SshCommand.for('host', { program: 'rsh' }).args).toEqual(['host']);
  });

  it('recognizes the value of another option', () => {
    expect(SshCommand.for('host', { options: ['-i', 'ConnectTimeout=5'] }).args).toContain(
      '-oConnectTimeout=30',
    );
  });

  it('rounds the connect timeout up to seconds', () => {
    expect(SshCommand.for('host', { connectTimeoutMs: 1_200 }).args).toContain(
      '-oConnectTimeout=2',
    );
  });

  it('leaves keepalive to the configuration of ssh if it is null', () => {
    expect(SshCommand.for('host', { keepalive: null }).args.join(' ')).not.toContain('ServerAlive');
  });

  it('passes no options of ssh to other remote shells', () => {
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

  it('keeps brackets that do not enclose the whole host', () => {
    expect(SshCommand.for('a[b]').args.at(-1)).toBe('a[b]');
    expect(SshCommand.for('[a]b').args.at(-1)).toBe('[a]b');
  });

  it('accepts the same user twice, and the first and the last port', () => {
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
    [
      'a;b',
      {},
      'The host "a;b" holds ";", which OpenSSH refuses because a shell could interpret it.',
    ],
  ])('explains what is wrong with %j and %j', (target, config, message) => {
    expect(() => SshCommand.for(target, config)).toThrow(message);
  });

  it('removes the brackets of an IPv6 address and splits the user at the last @', () => {
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
    ['an operand', 'host:path', {}],
    ['an operand with an IPv6 address', 'user@[::1]:path', {}],
    ['a module of a daemon', 'host::module', {}],
    ['a URI', 'ssh://user@host:22', {}],
    ['a lone surrogate', 'host\ud800', {}],
    ['something that is not a string', 5 as never, {}],
  ])('rejects %s', (_what, target, config) => {
    expect(() => SshCommand.for(target, config)).toThrow(InvalidTargetError);
  });

  // readconf.c, ssh_valid_hostname and ssh_valid_ruser
  it.each([...'\'`"$\\;&<>|(){}, '])('refuses %s in a host, as OpenSSH does', (char) => {
    for (const host of [`a${char}b`, `${char}a`, `a${char}`]) {
      expect(() => SshCommand.for(host)).toThrow(InvalidTargetError);
      expect(() => SshCommand.for(`user@${host}`)).toThrow(InvalidTargetError);
    }
  });

  it.each([...'\'`";&<>|(){}', ' -', '\\'])(
    'refuses %s at the end of a user, as OpenSSH does',
    (end) => {
      expect(() => SshCommand.for(`a${end}@host`)).toThrow(InvalidTargetError);
      expect(() => SshCommand.for('host', { user: `a${end}` })).toThrow(InvalidTargetError);
    },
  );

  it('accepts the users that OpenSSH accepts: a domain, a space, a dollar sign', () => {
    for (const user of ['DOMAIN\\user', 'a b', 'machine$', 'a@b']) {
      expect(SshCommand.for(`${user}@host`).args.at(-1)).toBe(`${user}@host`);
    }
  });

  it('mentions parseOperand if the target is an operand', () => {
    expect(() => SshCommand.for('host:path')).toThrow(/parseOperand\(\)/);
    expect(SshCommand.for('::1').label).toBe('::1');
    expect(SshCommand.for('[fe80::1%eth0]').label).toBe('fe80::1%eth0');
  });

  it.each([0, -1, Number.NaN, 2 ** 31])('rejects a timeout of %d ms', (connectTimeoutMs) => {
    expect(() => SshCommand.for('host', { connectTimeoutMs })).toThrow(
      `connectTimeoutMs must be null or a positive number of milliseconds below 2^31. Received ${connectTimeoutMs}.`,
    );
  });

  it('accepts a timeout of up to 2^31 - 1 ms, and names an invalid one', () => {
    const most = 2 ** 31 - 1;
    expect(SshCommand.for('host', { ioTimeoutMs: most }).ioTimeoutMs).toBe(most);
    expect(() => SshCommand.raw('x', [], { ioTimeoutMs: 0 })).toThrow(/^ioTimeoutMs must/);
    expect(SshCommand.raw('x').args).toEqual([]);
  });
});

describe('SshCommand.raw', () => {
  it('runs a program with unchanged arguments and without watchdogs', () => {
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

describe('remoteRsyncCommand', () => {
  it.each([[{ remoteCommand: 'sudo rsync' }], [{ remoteCommand: null }], [null], [5], [[]]])(
    'rejects the configuration %j',
    (config) => {
      const command = () => remoteRsyncCommand('host', ['--server'], config as never);
      expect(command).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }));
    },
  );
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
