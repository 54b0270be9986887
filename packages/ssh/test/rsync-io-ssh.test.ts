import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  descendants,
  describeWithPeers,
  freePort,
  isAlive,
  makeAwkwardTree,
  program,
  type SshPeer,
  startEmbeddedSshServer,
  startOpenSshServer,
  treeDigest,
  waitUntil,
} from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { remoteShell, run, runCommand } from './helpers.js';

let folder: string;
/** Stands in for ssh: `RSYNC_IO_SSH_PROGRAM`. */
let fakeSsh: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-cli-'));
  fakeSsh = path.join(folder, 'fake-ssh');
  writeFileSync(
    fakeSsh,
    `#!/bin/sh\nexec '${process.execPath}' '${program('fake-remote-shell')}' "$@"\n`,
  );
  chmodSync(fakeSsh, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const viaFake = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand('rsync-io-ssh', args, { RSYNC_IO_SSH_PROGRAM: fakeSsh, ...env });

describe.each(['async', 'sync'])('rsync-io-ssh over the %s transport', (transport) => {
  const through = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
    viaFake(['--transport', transport, ...args], env);

  it('hands over output, errors and status untouched', async () => {
    const result = await through(['-p', '22', 'host', 'echo out; echo err >&2; exit 7']);
    expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('dies of the signal that ended ssh', async () => {
    expect(await through(['host', 'kill -USR2 $PPID'])).toMatchObject({
      code: null,
      signal: 'SIGUSR2',
    });
  });

  it('ends by SIGUSR1, with which rsync ends its remote shell, and opens no debugger', async () => {
    const [node, script] = remoteShell.split(' ') as [string, string];
    const child = spawn(
      node,
      [script, '--transport', transport, '-c', 'echo up >&2; exec sleep 60'],
      {
        stdio: ['pipe', 'ignore', 'pipe'],
        // Not the other stand-in, which is a Node process itself.
        env: { ...process.env, RSYNC_IO_SSH_PROGRAM: '/bin/sh' },
      },
    );
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
  ])('explains in one line why %s failed', async (host, shown) => {
    const { code, stderr } = await through([host, 'true']);
    expect(code).toBe(255);
    expect(stderr).toMatch(shown);
  });

  it('says nothing of a failure that it cannot explain', async () => {
    expect((await through(['host', 'echo oops >&2; exit 3'])).stderr).toBe('oops\n');
  });

  it('lets ssh inherit stderr with RSYNC_IO_STDERR_CHANNEL=off', async () => {
    const { code, stderr } = await through(['refused.invalid'], { RSYNC_IO_STDERR_CHANNEL: 'off' });
    expect(code).toBe(255);
    expect(stderr).toMatch(/^ssh: connect[^\n]+\n$/);
  });

  it('forwards twenty megabytes of stderr whole', async () => {
    const command = `${process.execPath} ${program('write-stderr')} 20000000 numbered`;
    const { stderr, code } = await through(['host', command]);
    expect(code).toBe(0);
    expect(stderr).toHaveLength(20_000_000);
    expect(stderr.endsWith('line 00000000999999\n')).toBe(true);
  });

  it('returns though a grandchild keeps stderr', async () => {
    const { stdout, code } = await through([
      'host',
      `${process.execPath} ${program('grandchild')} 100 4`,
    ]);
    expect(code).toBe(4);
    // `kill(0)` would be meant for this process's whole group.
    expect(Number(stdout)).toBeGreaterThan(1);
    process.kill(Number(stdout));
  });
});

describe('rsync-io-ssh', () => {
  it('passes SIGTERM on, and leaves nothing behind', async () => {
    const [node, script] = remoteShell.split(' ') as [string, string];
    const child = spawn(node, [script, 'host', 'echo $$; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, RSYNC_IO_SSH_PROGRAM: fakeSsh },
    });
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(Number(pid.toString())).toBeGreaterThan(1);
    process.kill(Number(pid.toString()));
    await waitUntil(() => !isAlive(Number(pid.toString())), { what: 'the sleeper to end' });
  });

  it('names an ssh that is not there', async () => {
    const { code, stderr } = await viaFake(['host'], { RSYNC_IO_SSH_PROGRAM: '/no/such/ssh' });
    expect(code).toBe(255);
    expect(stderr).toMatch(/^rsync-io-ssh: Cannot start "\/no\/such\/ssh": .*ENOENT/);
  });

  it('has help and a version, and refuses unknown options of its own', async () => {
    expect((await viaFake(['--help'])).stdout).toMatch(/^Usage: rsync-io-ssh/);
    expect((await viaFake(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect(await viaFake(['--transport=other', 'host'])).toMatchObject({ code: 255, stdout: '' });
    expect(await viaFake(['--nonsense'])).toMatchObject({ code: 255, stdout: '' });
    expect((await viaFake([])).stderr).toMatch(/^rsync-io-ssh: no host is given/);
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

  const rsync = (args: readonly string[], transport = 'async') =>
    run('rsync', [
      '-e',
      `${remoteShell} --transport ${transport} ${server.sshArgs.join(' ')}`,
      ...args,
    ]);

  it.each(['async', 'sync'])('pushes a tree over the %s transport', async (transport) => {
    const target = path.join(folder, `pushed-${transport}-${server.port}`);
    const result = await rsync(['-a', `${source}/`, `${server.host}:${target}/`], transport);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(treeDigest(target)).toEqual(treeDigest(source));
  });

  it.each(['async', 'sync'])('pulls a tree over the %s transport', async (transport) => {
    const target = path.join(folder, `pulled-${transport}-${server.port}`);
    const result = await rsync(['-a', `${server.host}:${source}/`, `${target}/`], transport);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(treeDigest(target)).toEqual(treeDigest(source));
  });

  it.each(['async', 'sync'])('leaves a missing source to rsync over %s', async (transport) => {
    const result = await rsync(
      ['-a', `${server.host}:${folder}/missing/`, `${folder}/none/`],
      transport,
    );
    expect(result.code).toBe(23);
    expect(result.stderr).toMatch(/rsync: .*missing.* failed: No such file or directory/);
  });

  it('gives 255 and one line of explanation for a port that refuses', async () => {
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

// The blocking transport does not depend on the flag, so once is enough for three gigabytes.
if (process.env['RSYNC_IO_FLAG_STATE'] === 'off') {
  describeWithPeers(['ssh', 'sshd', 'rsync'], 'large trees over the blocking transport', () => {
    let server: SshPeer;
    beforeAll(async () => void (server = await startOpenSshServer()));
    afterAll(() => server.close());

    const manyFiles = (source: string) => {
      for (let i = 0; i < 5_000; i++) {
        const parent = path.join(source, `folder ${i % 50}`);
        mkdirSync(parent, { recursive: true });
        writeFileSync(path.join(parent, `file ${i}`), `${i} `.repeat(i % 500));
      }
    };
    const oneGibibyte = (source: string) => {
      const block = randomBytes(1 << 24);
      for (let i = 0; i < 4; i++) {
        const file = openSync(path.join(source, `part ${i}`), 'w');
        for (let j = 0; j < 16; j++) writeSync(file, block.fill(randomBytes(32), 0, 32));
        closeSync(file);
      }
    };

    it.each([
      ['five thousand files', manyFiles],
      ['one gibibyte', oneGibibyte],
    ])(
      'move both ways with equal checksums: %s',
      async (_what, fill) => {
        const [source, there, back] = ['source', 'there', 'back'].map((name) =>
          path.join(folder, 'large', name),
        ) as [string, string, string];
        mkdirSync(source, { recursive: true });
        fill(source);
        const shell = `${remoteShell} --transport sync ${server.sshArgs.join(' ')}`;
        const rsync = (from: string, to: string) => run('rsync', ['-a', '-e', shell, from, to]);
        const pushed = await rsync(`${source}/`, `${server.host}:${there}/`);
        const pulled = await rsync(`${server.host}:${there}/`, `${back}/`);
        expect([pushed, pulled].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
          { code: 0, stderr: '' },
          { code: 0, stderr: '' },
        ]);
        const expected = treeDigest(source);
        expect(treeDigest(there)).toEqual(expected);
        expect(treeDigest(back)).toEqual(expected);
        rmSync(path.join(folder, 'large'), { recursive: true });
      },
      300_000,
    );
  });
}
