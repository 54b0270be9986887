import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  descendants,
  describeWithPeers,
  isAlive,
  type OpenSshServer,
  FAKE_SSH,
  program,
  startOpenSshServer,
  waitUntil,
} from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostResult } from '../../src/run/host-result.js';
import { formatTable } from '../../src/run/table.js';
import { command, nodeCommand, run, runCommand } from '../helpers.js';
import { describeOnTerminal } from '../terminal.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-run-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const viaFake = (...args: string[]) =>
  runCommand('rsync-io', ['run', '--program', FAKE_SSH, ...args]);

type Document = HostResult & {
  stdout: { text: string; totalBytes: number; discardedBytes: number; base64?: string };
  stderr: { text: string; base64?: string };
  summary?: Record<string, unknown>;
};
const documents = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Document);

describe('rsync-io run', () => {
  it('prints each line after its host, on the stream that it came from', async () => {
    const { code, stdout, stderr } = await viaFake(
      ...['one', 'two', '--', String.raw`printf 'a\nb\n'; printf 'c\n' >&2`],
    );
    expect(code).toBe(0);
    expect(stdout.split('\n').sort()).toEqual(['', '[one] a', '[one] b', '[two] a', '[two] b']);
    const [lines, table] = stderr.split('\n\n') as [string, string];
    expect(lines.split('\n').sort()).toEqual(['[one] c', '[two] c']);
    expect(table).toMatch(/^HOST +STATUS +TIME +STDERR +EXPLANATION\none +ok +\d.*2 B\ntwo +ok/);
  });

  it('counts and explains failures, and exits 1', async () => {
    const result = await viaFake('good', 'refused.invalid', '--', 'true');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/\ngood +ok /);
    expect(result.stderr).toMatch(/\nrefused\.invalid +exit 255 .* connection refused: /);
    expect(result.stderr).toMatch(
      /\n1 of 2 succeeded, 1 failed\nconnection refused.*Check the port/,
    );
  });

  it('prints the status and the signal of each host as JSON, one document per line', async () => {
    const { code, stdout, stderr } = await viaFake(
      ...['--json', '--jobs=1', 'a', 'denied.invalid', '--', String.raw`printf 'x\377'; exit 3`],
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const [a, denied, end] = documents(stdout);
    expect(a).toMatchObject({
      host: 'a',
      outcome: 'failed',
      code: 3,
      signal: null,
      explanation: { kind: 'unknown' },
      stdout: { text: 'x\ufffd', base64: 'eP8=', totalBytes: 2, discardedBytes: 0 },
    });
    expect(denied).toMatchObject({ code: 255, explanation: { kind: 'auth' } });
    expect(end?.summary).toMatchObject({ total: 2, ok: 0, failed: 2, interruptedBy: null });
  });

  it('keeps no more than the newest 64 KiB of a stream for JSON', async () => {
    const writer = `${nodeCommand(program('write-stderr'))} 1000000 numbered`;
    const { stdout } = await viaFake('--json', 'a', '--', `${writer} 2>&1; ${writer}`);
    const [a] = documents(stdout);
    expect(a?.stdout).toMatchObject({ totalBytes: 1_000_000, discardedBytes: 1_000_000 - 65_536 });
    expect(a?.stdout.text.endsWith('line 00000000049999\n')).toBe(true);
    expect(a?.stderr.text).toHaveLength(65_536);
  });

  it('keeps lines whole if stdout and stderr are the same pipe', async () => {
    const remote = String.raw`printf 'no end'; sleep 0.4; printf 'err\n' >&2; sleep 0.2`;
    const line = `'${process.execPath}' '${command('rsync-io')}' run --program '${FAKE_SSH}' a -- "${remote}" 2>&1`;
    const { stdout } = await run('sh', ['-c', line]);
    expect(stdout).toMatch(/^\[a\] err\n\[a\] no end\n\nHOST/);
  });

  it('keeps lines whole that arrive in pieces, unless the output is a terminal', async () => {
    const pieces = 'printf one; sleep 0.2; printf two; sleep 0.2; echo three';
    const { stdout } = await viaFake('a', 'b', '--', pieces);
    expect(stdout.split('\n').toSorted()).toEqual(['', '[a] onetwothree', '[b] onetwothree']);
  });

  it('passes twenty megabytes to a slow reader without loss', async () => {
    const writer = `${nodeCommand(program('write-stderr'))} 20000000 numbered`;
    const piped = `'${process.execPath}' '${command('rsync-io')}' run --program '${FAKE_SSH}' a -- "${writer} 2>&1" 2>/dev/null | (sleep 1; wc -lc)`;
    const { stdout } = await run('sh', ['-c', piped]);
    expect(stdout.trim().split(/\s+/)).toEqual(['1000000', String(20_000_000 + 4 * 1_000_000)]);
  });

  it('runs no more than --jobs hosts at once', async () => {
    const state = path.join(folder, 'at-once');
    // Each host waits until two are running, so that the result does not depend on how fast they start.
    const count = [
      `mkdir -p ${state}; d=$(mktemp -d ${state}/XXXXXX); i=0`,
      `while n=$(ls ${state} | wc -l); [ $n -lt 2 ] && [ ! -e ${state}.met ] && [ $((i+=1)) -lt 600 ]; do sleep 0.1; done`,
      `touch ${state}.met; echo $n; sleep 0.2; rmdir $d`,
    ].join('; ');
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { stdout } = await viaFake('--json', '--jobs', '2', ...hosts, '--', count);
    const atOnce = documents(stdout).flatMap(({ host, stdout: out }) =>
      host === undefined ? [] : [Number(out.text)],
    );
    expect(atOnce).toHaveLength(6);
    expect(Math.max(...atOnce)).toBe(2);
  });

  it('reads hosts from a file and from stdin', async () => {
    const file = path.join(folder, 'hosts');
    writeFileSync(file, '# all of them\none\n\n  two  # the second\r\n');
    const both = await viaFake('--json', '--jobs=1', '--hosts-file', file, 'zero', '--', 'true');
    expect(documents(both.stdout).map(({ host }) => host)).toEqual([
      'zero',
      'one',
      'two',
      undefined,
    ]);
    const args = `'${process.execPath}' '${command('rsync-io')}' run --json --program '${FAKE_SSH}'`;
    const piped = await run('sh', ['-c', `echo three | ${args} --hosts-file - -- true`]);
    expect(documents(piped.stdout)[0]).toMatchObject({ host: 'three', outcome: 'ok' });
  });

  it('ends a host after the timeout', async () => {
    const { code, stdout } = await viaFake(
      '--json',
      '--timeout',
      '0.5',
      'a',
      '--',
      'exec sleep 60',
    );
    expect(code).toBe(1);
    expect(documents(stdout)[0]).toMatchObject({ outcome: 'timeout', signal: 'SIGTERM' });
  });

  it('returns even if a surviving process keeps its streams open', async () => {
    const left = `${nodeCommand(program('grandchild'))} 100 0`;
    const { code, stdout } = await viaFake('--json', 'a', '--', left);
    expect(code).toBe(0);
    const pid = Number(documents(stdout)[0]?.stdout.text);
    expect(pid).toBeGreaterThan(1);
    process.kill(pid);
  });

  it('passes the options of the user first, and never prompts', async () => {
    const echo = path.join(folder, 'ssh');
    writeFileSync(echo, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const own = ['--ssh-option', 'Port=2222', '--ssh-option=BatchMode=no', '--ssh-config', '/x'];
    const { stdout } = await runCommand('rsync-io', [
      ...['run', '--json', '--program', echo, '--connect-timeout', '7', ...own],
      ...['me@host', '--', 'ls', '-l', '--', 'x'],
    ]);
    expect(documents(stdout)[0]?.stdout.text.split('\n').slice(0, -1)).toEqual([
      ...['-F', '/x', '-oPort=2222', '-oBatchMode=no', '-oBatchMode=yes', '-oConnectTimeout=7'],
      ...['-oServerAliveInterval=20', '-oServerAliveCountMax=3'],
      ...['--', 'me@host', 'ls', '-l', '--', 'x'],
    ]);
  });

  it('reports a missing program for each host', async () => {
    const { code, stderr } = await runCommand('rsync-io', [
      ...['run', '--program', '/no/such/ssh', 'a', 'b', '--', 'true'],
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\na +could not be started .*ENOENT/);
    expect(stderr).toMatch(/0 of 2 succeeded, 2 could not be started/);
  });

  it.each([
    [['a', 'b', 'a', '--', 'true'], /the host a is given twice/],
    [['-oProxyCommand=x', '--', 'true'], /Unknown option '-o'/],
    [['a', '--'], /no command given; put it after --/],
    [['--', 'true'], /no host given/],
    [['user@', '--', 'true'], /The host is empty/],
    [['a\u001b[2J', '--', 'true'], /control characters/],
    [['a b', '--', 'true'], /holds " "/],
    [['--jobs', '0', 'a', '--', 'true'], /--jobs must be an integer from 1 to 1000/],
    [['--timeout', 'soon', 'a', '--', 'true'], /--timeout must be a number of seconds/],
    [['--ssh-option', '-F', 'a', '--', 'true'], /ssh-option/],
    [['--ssh-option', 'Port', 'a', '--', 'true'], /--ssh-option must be NAME=VALUE/],
    [['--hosts-file', '/no/such', '--', 'true'], /cannot read the hosts: ENOENT/],
    [['--nonsense', 'a', '--', 'true'], /Unknown option '--nonsense'/],
  ])('rejects %j and starts nothing', async (args, complaint) => {
    const { code, stdout, stderr } = await viaFake(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(complaint);
    expect(stderr).toContain('See rsync-io run --help. Nothing was started.');
  });

  it.skipIf(process.platform === 'win32')(
    'finishes its hosts after a hangup under nohup',
    async () => {
      const file = path.join(folder, 'ssh-hangup');
      const script = 'kill -HUP $PPID; kill -HUP $$; sleep 0.2; echo survived';
      writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const { code, stdout } = await viaFake('--program', file, 'host', '--', 'true');
      expect({ code, stdout }).toEqual({ code: 129, stdout: '' });
      const protectedRun = await runCommand(
        'rsync-io',
        ['run', '--program', file, 'host', '--', 'true'],
        { _: '/usr/bin/nohup' },
      );
      expect(protectedRun).toMatchObject({ code: 0, stdout: '[host] survived\n' });
    },
  );

  it('is listed by rsync-io --help, and has its own help', async () => {
    const { stdout } = await runCommand('rsync-io', ['--help']);
    expect(stdout).toMatch(/doctor[\s\S]*\n {2}run \[options\] HOST/);
    expect((await runCommand('rsync-io', ['run', '--help'])).stdout).toMatch(
      /^Usage: rsync-io run/,
    );
  });
});

describe('the end of rsync-io run by a signal', () => {
  const start = (hosts: readonly string[], remoteCommand: string) => {
    const args = ['run', '--jobs', '3', '--program', FAKE_SSH, ...hosts, '--', remoteCommand];
    const child = spawn(process.execPath, [command('rsync-io'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const shown = (count: number) =>
      waitUntil(() => stdout.split('\n').length > count, { what: `${count} lines` });
    return {
      child,
      ended: once(child, 'close'),
      shown,
      stdout: () => stdout,
      stderr: () => stderr,
    };
  };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends every child, prints the table, exits %i', async (signal, code) => {
    const hosts = ['a', 'b', 'c', 'd', 'e'];
    const { child, ended, shown, stderr } = start(hosts, 'echo up; exec sleep 60');
    await shown(3);
    const below = descendants(child.pid as number);
    // At least three substitutes for ssh.
    expect(below.length).toBeGreaterThanOrEqual(3);
    const direct = below.filter((pid) => descendants(pid).length > 0);
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(stderr()).toMatch(/\n0 of 5 succeeded, 3 interrupted, 2 not started\n/);
    expect(direct.filter(isAlive)).toEqual([]);
    for (const pid of below.filter(isAlive)) process.kill(pid, 'SIGKILL');
  });

  it('a second SIGINT kills children that ignore the first', async () => {
    const stubborn = path.join(folder, 'stubborn-ssh');
    writeFileSync(stubborn, "#!/bin/sh\ntrap '' TERM\nexec sleep 60\n", { mode: 0o755 });
    const child = spawn(
      process.execPath,
      [command('rsync-io'), 'run', '--json', '--program', stubborn, 'a', '--', 'x'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = once(child, 'close');
    // proc(5), SigIgn: a mask of signals. SIGTERM is signal 15.
    const ignoresTerm = (pid: number) => {
      const mask = /SigIgn:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n;
    };
    const ignores = () => descendants(child.pid as number).some(ignoresTerm);
    await waitUntil(ignores, { what: 'the stand-in to ignore SIGTERM' });
    const below = descendants(child.pid as number);
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(below.filter(isAlive)).toEqual(below);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(documents(stdout)[0]).toMatchObject({ outcome: 'interrupted', signal: 'SIGKILL' });
    expect(below.filter(isAlive)).toEqual([]);
  });

  it('a closed stdout ends it with 141, and every child', async () => {
    const tick = 'while echo tick; do sleep 0.05; done';
    const { child, ended, shown } = start(['a', 'b'], tick);
    await shown(2);
    const below = descendants(child.pid as number);
    child.stdout.destroy();
    expect((await once(child, 'exit'))[0]).toBe(141);
    await ended;
    await waitUntil(() => below.every((pid) => !isAlive(pid)), { what: 'the children to end' });
  });
});

describe('the summary table', () => {
  const ok: HostResult = {
    host: 'a',
    outcome: 'ok',
    ...{ code: 0, signal: null, durationMs: 1234, stdoutBytes: 0, stderrBytes: 5 },
    explanation: null,
  };

  it('prints each hint once, and colors on request only', () => {
    const explanation = { kind: 'refused', summary: 'refused', hint: 'Check.' } as const;
    const bad: HostResult = { ...ok, host: 'b', outcome: 'failed', code: 255, explanation };
    const results = [ok, bad, { ...bad, host: 'c', durationMs: 61_000 * 60 }];
    expect(formatTable(results, false)).toBe(
      [
        'HOST  STATUS          TIME  STDERR  EXPLANATION',
        'a     ok             1.2 s     5 B',
        'b     exit 255       1.2 s     5 B  refused',
        'c     exit 255  61 min 0 s     5 B  refused',
        '',
        '1 of 3 succeeded, 2 failed',
        'refused: Check.',
        '',
      ].join('\n'),
    );
    expect(formatTable(results, true)).toContain('\u001b[31mb     exit 255');
  });
});

describeOnTerminal('rsync-io run on a terminal', () => {
  /** Runs the command on a pseudo-terminal with script(1), and returns what was shown. */
  const onTerminal = async (line: string, env: NodeJS.ProcessEnv = {}) => {
    const { NO_COLOR: _, ...rest } = process.env;
    const shown = await run('script', ['-qec', line, '/dev/null'], {
      env: { ...rest, TERM: 'xterm-256color', ...env },
    });
    return shown.stdout;
  };
  const runLine = (remote: string) =>
    `'${process.execPath}' '${command('rsync-io')}' run --program '${FAKE_SSH}' one two -- "${remote}"`;

  it('colors hosts, shows progress, and ends with the table', async () => {
    const shown = await onTerminal(runLine('echo hi; sleep 0.5'));
    expect(shown).toMatch(/\u001b\[0;3\dm\[one\] \u001b\[0mhi\r\n/);
    expect(shown).toMatch(/\u001b\[0;3\dm\[two\] \u001b\[0mhi\r\n/);
    expect(shown).toContain('\r\u001b[2K0 of 2 done, 0 failed, 2 running');
    expect(shown).toMatch(/2 of 2 succeeded\r\n$/);
  });

  it('has no color with NO_COLOR', async () => {
    const shown = await onTerminal(runLine('echo hi'), { NO_COLOR: '1' });
    expect(shown).toContain('[one] hi\r\n');
    expect(shown).not.toMatch(/\u001b\[\d+m/);
  });

  it('allows no host to control the terminal, overwrite its name or forge another name', async () => {
    const hostile = String.raw`printf '\033]0;title\007\r[two] forged\033[2K\033[1A\033[31mred\n' | tee /dev/stderr`;
    const shown = await onTerminal(runLine(hostile));
    const parts = shown.split(/\r\n|\r/).filter((text) => /forged|red/.test(text));
    expect(shown).not.toContain('\u001b]');
    expect(shown).not.toContain('\u001b[1A');
    expect(shown).toContain(String.raw`\#033]0;title\#007`);
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) expect(part).toMatch(/^\u001b\[0;3\dm\[(?:one|two)\] \u001b\[0m/);
  });

  it('ends the unfinished line of one host before that of another', async () => {
    const remote = String.raw`sleep 0.$(( $$ % 2 * 4 )); printf 'no end'; sleep 1`;
    const shown = await onTerminal(runLine(remote), { NO_COLOR: '1' });
    for (const name of ['one', 'two'])
      expect(shown).toMatch(new RegExp(`\\[${name}\\] no end\\r\\n`));
  });
});

describeWithPeers(['ssh', 'sshd'], 'rsync-io run against a real sshd', () => {
  let server: OpenSshServer;
  let config: string;
  beforeAll(async () => {
    server = await startOpenSshServer();
    config = path.join(folder, 'ssh_config');
    const aliases = 'Host node-*\n  HostName 127.0.0.1\n';
    writeFileSync(config, aliases + readFileSync(server.configFile, 'utf8'), { mode: 0o600 });
  });
  afterAll(() => server.close());

  const hostsFile = (count: number) => {
    const file = path.join(folder, `hosts-${count}`);
    const names = Array.from({ length: count }, (_, i) => `node-${i + 1}`);
    writeFileSync(file, names.join('\n'));
    return file;
  };
  const startRun = (count: number, own: readonly string[], remoteCommand: string) => {
    const args = ['run', '--ssh-config', config, '--hosts-file', hostsFile(count), ...own];
    const child = spawn(process.execPath, [command('rsync-io'), ...args, '--', remoteCommand], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const up = () => stdout.split('\n').filter((line) => line.includes('] up ')).length;
    const output = () => ({ stdout, stderr });
    return { child, ended: once(child, 'close'), up, output };
  };

  it('runs 24 connections at once, with a correct table', async () => {
    const go = path.join(folder, 'go');
    // Each session fails or not depending on the client's port, which sshd puts into its environment.
    const remote = `echo up $$; i=0; while [ ! -e ${go} ] && [ $((i+=1)) -lt 200 ]; do sleep 1; done; set -- $SSH_CLIENT; echo port $2 >&2; exit $(( $2 % 3 / 2 * 9 ))`;
    const { child, ended, up, output } = startRun(
      24,
      ['--jobs', '24', '--connect-timeout', '240'],
      remote,
    );
    await waitUntil(() => up() === 24, {
      what: '24 connections at once',
      timeoutMs: 240_000,
      everyMs: 100,
    });
    const clients = descendants(child.pid as number);
    expect(clients.length).toBeGreaterThanOrEqual(24);
    writeFileSync(go, '');
    expect((await ended)[0]).toBe(1);
    const { stderr } = output();
    const ports = new Map(
      [...stderr.matchAll(/^\[(node-\d+)\] port (\d+)$/gm)].map((m) => [m[1], Number(m[2])]),
    );
    expect(ports.size).toBe(24);
    const rows = new Map(
      [...stderr.matchAll(/^(node-\d+) +(ok|exit \d+) +/gm)].map((m) => [m[1], m[2]]),
    );
    const expected = new Map(
      [...ports].map(([host, port]) => [host, port % 3 === 2 ? 'exit 9' : 'ok']),
    );
    expect(rows).toEqual(expected);
    const succeeded = [...expected.values()].filter((status) => status === 'ok').length;
    expect(stderr).toContain(`\n${succeeded} of 24 succeeded`);
    expect(clients.filter(isAlive)).toEqual([]);
  }, 300_000);

  it('leaves no ssh behind after Ctrl-C in the middle', async () => {
    const remote = 'echo up $$; while echo tick; do sleep 1; done';
    const { child, ended, up, output } = startRun(40, ['--jobs', '20'], remote);
    await waitUntil(() => up() === 20, { what: '20 connections', timeoutMs: 90_000 });
    const clients = descendants(child.pid as number);
    expect(clients.length).toBeGreaterThanOrEqual(20);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(clients.filter(isAlive)).toEqual([]);
    expect(output().stderr).toMatch(/\n0 of 40 succeeded, 20 interrupted, 20 not started\n/);
    const remotes = [...output().stdout.matchAll(/\] up (\d+)/g)].map((m) => Number(m[1]));
    expect(remotes).toHaveLength(20);
    await waitUntil(() => !remotes.some(isAlive), { what: 'the remote commands to end' });
  }, 120_000);
});
