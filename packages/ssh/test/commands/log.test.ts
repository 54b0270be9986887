import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describeWithPeers,
  FAKE_SSH,
  program,
  type SshPeer,
  startEmbeddedSshServer,
} from '@rsync-io/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSshArguments } from '../../src/remote-shell/ssh-arguments.js';
import { nodeCommand, remoteShell, run, runCommand } from '../helpers.js';

let folder: string;
let logFile: string;
let count = 0;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-log-'))));
beforeEach(() => void (logFile = path.join(folder, `session-${count++}.jsonl`)));
afterAll(() => rmSync(folder, { recursive: true }));

type LogRecord = Record<string, unknown> & { seq?: number; text?: string };

const records = () =>
  readFileSync(logFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogRecord);
const viaFake = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand('rsync-io-ssh', args, { RSYNC_IO_SSH_PROGRAM: FAKE_SSH, ...env });

describe('rsync-io-ssh --log', () => {
  const logged = (...args: string[]) => viaFake(['--log', logFile, ...args]);

  it('writes each line and the result, and shows the same output as without --log', async () => {
    const result = await logged('user@db.example', 'echo out; echo one >&2; echo two >&2; exit 7');
    expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'one\ntwo\n' });
    const [first, second, end, ...more] = records();
    const common = {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      pid: expect.any(Number) as number,
      host: 'db.example',
    };
    expect(first).toEqual({ ...common, seq: 0, text: 'one' });
    expect(second).toEqual({ ...common, seq: 1, text: 'two' });
    expect(end).toEqual({
      ...common,
      status: { code: 7, signal: null },
      explanation: { kind: 'unknown', summary: 'the cause is not known', hint: '' },
      counters: { totalBytes: 8, discarded: 0, dropped: 0 },
    });
    expect(more).toEqual([]);
  });

  it('keeps the bytes of a line that is not UTF-8, and marks an unfinished line', async () => {
    await logged('host', String.raw`printf 'caf\303\251\n\377\376\nprompt: ' >&2`);
    expect(records().slice(0, 3)).toMatchObject([
      { text: 'café' },
      { text: '\ufffd\ufffd', base64: Buffer.from([0xff, 0xfe]).toString('base64') },
      { text: 'prompt: ', complete: false },
    ]);
    expect(records()[0]).not.toHaveProperty('base64');
  });

  it('contains all of 200,000 lines', async () => {
    const command = `${nodeCommand(program('write-stderr'))} 4000000 numbered`;
    expect((await logged('host', command)).code).toBe(0);
    const all = records();
    expect(all).toHaveLength(200_001);
    const wrong = all
      .slice(0, -1)
      .findIndex(({ seq, text }, i) => seq !== i || text !== `line ${String(i).padStart(14, '0')}`);
    expect(wrong).toBe(-1);
    expect(all.at(-1)).toMatchObject({ counters: { totalBytes: 4_000_000, dropped: 0 } });
  });

  it('records the signal, and the explanation of a failure', async () => {
    await logged('host', 'kill -USR2 $PPID');
    expect(records().at(-1)).toMatchObject({
      status: { code: null, signal: 'SIGUSR2' },
      explanation: { kind: 'killed' },
    });
    await logged('refused.invalid', 'true');
    expect(records().at(-1)).toMatchObject({
      status: { code: 255 },
      explanation: { kind: 'refused', hint: expect.stringContaining('-p') as string },
    });
  });

  it('appends to a file that only its owner can read, and never writes an argument', async () => {
    await logged('-o', 'SetEnv TOKEN=s3cret', 'host', 'echo said >&2; : s3cret');
    await logged('host', 'exit 1');
    expect(records().map(({ status }) => status !== undefined)).toEqual([false, true, true]);
    expect(readFileSync(logFile, 'utf8')).not.toContain('s3cret');
    expect(statSync(logFile).mode & 0o777).toBe(0o600);
  });

  it('removes the permissions of others from an existing file', async () => {
    writeFileSync(logFile, '');
    chmodSync(logFile, 0o644);
    await logged('host', 'exit 0');
    expect(statSync(logFile).mode & 0o777).toBe(0o600);
  });

  it.runIf(process.platform !== 'win32')(
    'refuses a FIFO and a symbolic link, and starts nothing',
    async () => {
      execFileSync('mkfifo', [logFile]);
      const link = `${logFile}-link`;
      symlinkSync(path.join(folder, 'linked'), link);
      for (const file of [logFile, link]) {
        const { code, stderr } = await viaFake(['--log', file, 'host', 'echo started']);
        expect({ code, stderr }).toEqual({
          code: 255,
          stderr: expect.stringMatching(/^rsync-io-ssh: Cannot open the log: .*\n$/) as string,
        });
      }
      expect(existsSync(path.join(folder, 'linked'))).toBe(false);
    },
  );

  it('records that ssh could not be started, without its path', async () => {
    const { code } = await viaFake(['--log', logFile, 'host'], {
      RSYNC_IO_SSH_PROGRAM: '/no/such/ssh',
    });
    expect(code).toBe(255);
    expect(records()).toEqual([
      expect.objectContaining({ host: 'host', status: null, error: 'ENOENT' }),
    ]);
  });

  it('does not start ssh if the log cannot be written', async () => {
    const marker = path.join(folder, 'started');
    const args = ['--log', path.join(folder, 'missing', 'log'), 'host', `touch ${marker}`];
    const { code, stderr } = await viaFake(args);
    expect(code).toBe(255);
    expect(stderr).toMatch(/^rsync-io-ssh: Cannot open the log: ENOENT: .*missing\/log/);
    expect(() => statSync(marker)).toThrow(/ENOENT/);
  });

  it.runIf(process.platform === 'linux')('survives a full disk, and reports it once', async () => {
    const args = ['--log', '/dev/full', 'host'];
    const result = await viaFake([...args, 'echo one >&2; echo two >&2; exit 3']);
    expect(result.code).toBe(3);
    expect(result.stderr.match(/the log is incomplete: ENOSPC/g)).toHaveLength(1);
    // The message can be at any position, depending on when the log is full.
    expect(result.stderr).toContain('one\n');
    expect(result.stderr).toContain('two\n');
  });
});

describe("rsync-io-ssh's own options", () => {
  it('explain nothing with --explain=off', async () => {
    const { code, stderr } = await viaFake(['--explain=off', 'refused.invalid', 'true']);
    expect(code).toBe(255);
    expect(stderr).toMatch(/^ssh: connect to host [^\n]*refused\r\n$/);
  });

  it('may hold an equals sign in the name of the log', async () => {
    logFile = path.join(folder, 'a=b=c');
    await viaFake([`--log=${logFile}`, 'host', 'exit 0']);
    expect(records()).toHaveLength(1);
  });

  it.each([
    [['--log'], /--log requires a file name/],
    [['--explain=maybe', 'host'], /--explain must be on or off/],
    [['--log', '/dev/null'], /no host given/],
    [['--constructor', 'host'], /unknown option "--constructor"/],
  ])('reject %j', async (args, complaint) => {
    const { code, stderr } = await viaFake(args);
    expect(code).toBe(255);
    expect(stderr).toMatch(complaint);
  });

  it('reject --log if there is no channel', async () => {
    const { code, stderr } = await viaFake(['--log', logFile, 'host', 'true'], {
      RSYNC_IO_STDERR_CHANNEL: 'off',
    });
    expect(code).toBe(255);
    expect(stderr).toMatch(/--log requires captured stderr/);
  });

  it('are listed by --help', async () => {
    const { stdout } = await viaFake(['--help']);
    for (const option of ['--log', '--explain', '--version', '--help']) {
      expect(stdout).toContain(option);
    }
  });
});

describe('readSshArguments', () => {
  it.each([
    [['host', 'cmd'], 'host'],
    [['-p', '22', 'user@host'], 'host'],
    [['-p22', '-v', '-o', 'User=x', 'host', '-l', 'y'], 'host'],
    [['-vvp', '22', '-l', 'user', 'host'], 'host'],
    [['-4v', '--', '[::1]'], '::1'],
    [['ssh://user@host:2222/'], 'host'],
    [['ssh://[fe80::1]:22'], 'fe80::1'],
    [['-oProxyCommand=secret a b', 'a@b@host'], 'host'],
    [['-V'], null],
    [[], null],
  ])('finds the host in %j: %s', (args, host) => {
    expect(readSshArguments(args).host).toBe(host);
  });

  it.each([
    [['-fN', 'host'], true],
    [['host', '-f', 'cmd'], true],
    [['-oForkAfterAuthentication=yes', 'host'], true],
    [['-o', 'forkafterauthentication yes', 'host'], true],
    [['host', 'cmd', '-f'], false],
    [['-lf', 'host'], false],
    [['--', 'host', '-f'], false],
  ])('finds in %j whether ssh goes to the background: %s', (args, forks) => {
    expect(readSshArguments(args).forks).toBe(forks);
  });

  it.each([
    [['-q', 'host'], true],
    [['-E', '/dev/null', 'host'], true],
    [['-vy', 'host'], true],
    [['-o', 'LogLevel=quiet', 'host'], true],
    [['-oLogLevel FATAL', 'host'], true],
    [['-oLogLevel=ERROR', '-lq', 'host', 'cmd', '-q'], false],
  ])('finds in %j whether the messages of ssh are turned off: %s', (args, isQuiet) => {
    expect(readSshArguments(args).isQuiet).toBe(isQuiet);
  });
});

describeWithPeers(['ssh', 'rsync'], 'rsync -e "rsync-io-ssh --log FILE"', () => {
  let server: SshPeer;
  beforeAll(async () => void (server = await startEmbeddedSshServer()));
  afterAll(() => server.close());

  it('logs a failed transfer', async () => {
    const shell = `${remoteShell} --log ${logFile} ${server.sshArgs.join(' ')}`;
    const { code } = await run('rsync', [
      '-a',
      '-e',
      shell,
      `${server.host}:${folder}/missing/`,
      `${folder}/none/`,
    ]);
    expect(code).toBe(23);
    const all = records();
    expect(all.map(({ text }) => text).join('\n')).toMatch(/missing.* failed: No such file/);
    expect(all.at(-1)).toMatchObject({ host: '127.0.0.1', status: { signal: null } });
  });
});
