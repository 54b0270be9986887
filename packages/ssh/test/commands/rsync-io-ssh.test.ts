import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  descendants,
  describeWithPeers,
  freePort,
  isAlive,
  makeAwkwardTree,
  FAKE_SSH,
  program,
  type SshPeer,
  startEmbeddedSshServer,
  startOpenSshServer,
  treeDigest,
  waitUntil,
} from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { command, nodeCommand, remoteShell, run, runCommand } from '../helpers.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const viaFake = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand('rsync-io-ssh', args, { RSYNC_IO_SSH_PROGRAM: FAKE_SSH, ...env });

describe('rsync-io-ssh', () => {
  it('passes output, errors and status unchanged', async () => {
    const result = await viaFake(['-p', '22', 'host', 'echo out; echo err >&2; exit 7']);
    expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('ends with the signal that ended ssh', async () => {
    expect(await viaFake(['host', 'kill -USR2 $PPID'])).toMatchObject({
      code: null,
      signal: 'SIGUSR2',
    });
  });

  it('ends on SIGUSR1, which rsync sends to its remote shell, and opens no debugger', async () => {
    const [node, script] = [process.execPath, command('rsync-io-ssh')];
    const child = spawn(node, [script, '-c', 'echo up >&2; exec sleep 60'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // Not the other substitute for ssh, which is also a Node process.
      env: { ...process.env, RSYNC_IO_SSH_PROGRAM: '/bin/sh' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let shown = '';
    child.stderr.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    await waitUntil(() => shown !== '', { what: 'the remote command' });
    const ended = once(child, 'exit');
    const sleepers = descendants(child.pid as number);
    child.kill('SIGUSR1');
    try {
      expect(await ended).toEqual([null, 'SIGUSR1']);
    } finally {
      for (const pid of sleepers) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
    expect(shown).toBe('up\n');
  });

  it.each([
    [
      'refused.invalid',
      /^ssh: connect to host .*: Connection refused\r\nrsync-io-ssh: connection refused: [^\n]+\n$/,
    ],
    ['denied.invalid', /^user@denied.*\r\nrsync-io-ssh: the host accepted none [^\n]+\n$/],
  ])('explains a failure in one line: %s', async (host, shown) => {
    const { code, stderr } = await viaFake([host, 'true']);
    expect(code).toBe(255);
    expect(stderr).toMatch(shown);
  });

  it('prints nothing for a failure that it cannot explain', async () => {
    expect((await viaFake(['host', 'echo oops >&2; exit 3'])).stderr).toBe('oops\n');
  });

  it('lets ssh inherit stderr with RSYNC_IO_STDERR_CHANNEL=off', async () => {
    const { code, stderr } = await viaFake(['refused.invalid'], { RSYNC_IO_STDERR_CHANNEL: 'off' });
    expect(code).toBe(255);
    expect(stderr).toMatch(/^ssh: connect[^\n]+\n$/);
  });

  it('forwards twenty megabytes of stderr without loss', async () => {
    const remote = `${nodeCommand(program('write-stderr'))} 20000000 numbered`;
    const { stderr, code } = await viaFake(['host', remote]);
    expect(code).toBe(0);
    expect(stderr).toHaveLength(20_000_000);
    expect(stderr.endsWith('line 00000000999999\n')).toBe(true);
  });

  it('returns even if a grandchild keeps stderr open', async () => {
    const { stdout, code } = await viaFake(['host', `${nodeCommand(program('grandchild'))} 100 4`]);
    expect(code).toBe(4);
    // `kill(0)` would signal the whole process group of this process.
    expect(Number(stdout)).toBeGreaterThan(1);
    process.kill(Number(stdout));
  });

  it('passes SIGTERM on, and leaves no process behind', async () => {
    const [node, script] = [process.execPath, command('rsync-io-ssh')];
    const child = spawn(node, [script, 'host', 'echo $$; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, RSYNC_IO_SSH_PROGRAM: FAKE_SSH },
    });
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(Number(pid.toString())).toBeGreaterThan(1);
    process.kill(Number(pid.toString()));
    await waitUntil(() => !isAlive(Number(pid.toString())), { what: 'the sleeper to end' });
  });

  it('names an ssh that does not exist', async () => {
    const { code, stderr } = await viaFake(['host'], { RSYNC_IO_SSH_PROGRAM: '/no/such/ssh' });
    expect(code).toBe(255);
    expect(stderr).toMatch(/^rsync-io-ssh: Cannot start "\/no\/such\/ssh": .*ENOENT/);
  });

  it('has a help and a version, and rejects unknown options', async () => {
    expect((await viaFake(['--help'])).stdout).toMatch(/^Usage: rsync-io-ssh/);
    expect((await viaFake(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect(await viaFake(['--explain=other', 'host'])).toMatchObject({ code: 255, stdout: '' });
    expect(await viaFake(['--nonsense'])).toMatchObject({ code: 255, stdout: '' });
    expect((await viaFake([])).stderr).toMatch(/^rsync-io-ssh: no host given/);
  });
});

function movesTrees(start: () => Promise<SshPeer>): void {
  let server: SshPeer;
  let source: string;
  beforeAll(async () => {
    server = await start();
    source = path.join(mkdtempSync(path.join(folder, 'tree-')), 'source');
    mkdirSync(source);
    makeAwkwardTree(source);
  });
  afterAll(() => server.close());

  const rsync = (args: readonly string[]) =>
    run('rsync', ['-e', `${remoteShell} ${server.sshArgs.join(' ')}`, ...args]);

  it('pushes a tree', async () => {
    const target = path.join(folder, `pushed-${server.port}`);
    const result = await rsync(['-a', `${source}/`, `${server.host}:${target}/`]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(treeDigest(target)).toEqual(treeDigest(source));
  });

  it('pulls a tree', async () => {
    const target = path.join(folder, `pulled-${server.port}`);
    const result = await rsync(['-a', `${server.host}:${source}/`, `${target}/`]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(treeDigest(target)).toEqual(treeDigest(source));
  });

  it('leaves the report of a missing source to rsync', async () => {
    const result = await rsync(['-a', `${server.host}:${folder}/missing/`, `${folder}/none/`]);
    expect(result.code).toBe(23);
    expect(result.stderr).toMatch(/rsync: .*missing.* failed: No such file or directory/);
  });

  it('exits 255 and prints an explanation for a refused connection', async () => {
    const port = String(await freePort());
    const result = await runCommand('rsync-io-ssh', [
      ...server.sshArgs,
      '-p',
      port,
      server.host,
      'true',
    ]);
    expect(result.code).toBe(255);
    expect(
      result.stderr.split('\n').filter((line) => line.startsWith('rsync-io-ssh:')),
    ).toHaveLength(1);
  });
}

describeWithPeers(['ssh', 'rsync'], 'rsync over rsync-io-ssh to the embedded SSH server', () => {
  movesTrees(() => startEmbeddedSshServer());
});

describeWithPeers(['ssh', 'sshd', 'rsync'], 'rsync over rsync-io-ssh to a real sshd', () => {
  movesTrees(() => startOpenSshServer());
});
