import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  descendants,
  describeWithPeers,
  freePort,
  isAlive,
  makeAwkwardTree,
  type OpenSshServer,
  startOpenSshServer,
  treeDigest,
  waitUntil,
} from '@rsync-io/testkit';
import { startBlackHole } from '@rsync-io/testkit/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = path.join(import.meta.dirname, '../transfer-tool/main.ts');
const command = (args: readonly string[]) => ['--import', 'tsx', main, ...args];
const run = (...args: string[]) =>
  spawnSync(process.execPath, command(args), { encoding: 'utf8', timeout: 120_000 });

it('transfer-tool prints its help, and refuses arguments that it cannot use', () => {
  expect(run('--help').stdout).toMatch(/^Usage: transfer-tool/);
  const refused = (...args: string[]) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(1);
    return stderr;
  };
  expect(refused('only-one')).toContain('Give a local folder first or last');
  expect(refused('a:x', 'b:y')).toContain('Give a local folder first or last');
  expect(refused('host::module', 'here')).toContain('as [USER@]HOST:PATH');
  expect(refused('--jobs', '0', 'a', 'b:')).toContain('--jobs takes a whole number from 1');
  expect(refused('--rsh', '"ssh', 'a', 'b:')).toContain('is not closed');
  expect(refused('--', 'a', '-oProxyCommand=x:')).toContain('-oProxyCommand=x');
});

describeWithPeers(['ssh', 'sshd', 'rsync'], 'transfer-tool', () => {
  let server: OpenSshServer;
  let folder: string;
  let tree: string;
  let rsh: string;
  const inFolder = (name: string) => path.join(folder, name);

  /** More hosts with the server's keys. They precede the server's own lines, because the first match wins. */
  function sshConfig(name: string, lines: string): string {
    const file = inFolder(name);
    const common = `Host *\n  HostName 127.0.0.1\n${readFileSync(server.configFile, 'utf8')}`;
    writeFileSync(file, `${lines}\n${common}`, { mode: 0o600 });
    return `ssh -F '${file}'`;
  }

  /** The records that a run logged. */
  const recordsOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeAll(async () => {
    server = await startOpenSshServer();
    folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-transfer-tool-'));
    tree = inFolder('tree');
    mkdirSync(tree);
    makeAwkwardTree(tree);
    rsh = sshConfig('ssh_config', 'Host denied\n  PubkeyAuthentication no');
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('copies a tree to several hosts at once and back', () => {
    const targets = ['web-1', 'web-2', 'web-3'].map((host) => `${host}:${inFolder(host)}/`);
    const push = run('-e', rsh, `${tree}/`, ...targets);
    expect(push).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const back = inFolder('back');
    expect(run('-e', rsh, ...targets, back).status).toBe(0);
    for (const host of ['web-1', 'web-2', 'web-3']) {
      expect(treeDigest(path.join(back, host))).toEqual(treeDigest(tree));
    }
  });

  it('tries again when the connection was refused, and logs that as JSON', async () => {
    const port = await freePort();
    const late = sshConfig('ssh_config-late', `Host late\n  Port ${port}`);
    const log = inFolder('late.jsonl');
    const args = ['--log', log, '--backoff', '1', '-e', late, `${tree}/`];
    const child = spawn(process.execPath, command([...args, `late:${inFolder('late')}/`]), {
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    await waitUntil(() => readLog(log).includes('trying again'), { what: 'the first failure' });
    const sockets: Socket[] = [];
    const relay = createServer((socket) => {
      const onward = connect(server.port, '127.0.0.1');
      sockets.push(socket, onward);
      socket.on('error', () => onward.destroy()).pipe(onward);
      onward.on('error', () => socket.destroy()).pipe(socket);
    }).listen(port, '127.0.0.1');
    expect(await exited).toEqual([0, null]);
    relay.close();
    for (const socket of sockets) socket.destroy();
    expect(treeDigest(inFolder('late'))).toEqual(treeDigest(tree));
    const records = recordsOf(readLog(log));
    expect(records.find(({ msg }) => msg === 'trying again')).toMatchObject({
      level: 40,
      transfer: `late:${inFolder('late')}/`,
      cause: expect.stringContaining('connection refused') as string,
      retriesLeft: 4,
    });
    expect(records.at(-1)).toMatchObject({ level: 30, msg: 'done' });
  });

  it('does not try again when the login was refused, and explains that', () => {
    const { status, stdout, stderr } = run('--log', '-', '-e', rsh, tree, 'denied:');
    expect(SSH_FAILED).toContain(status);
    expect(stderr).toMatch(/^transfer-tool: denied:: the host accepted none of the offered keys/m);
    const last = recordsOf(stdout).at(-1);
    expect(last).toMatchObject({ level: 50, kind: 'auth', retryable: false, exitCode: status });
    expect(stdout).not.toContain('trying again');
  });

  it('ends with the largest exit code of its transfers, and shows their messages', () => {
    const missing = `web-2:${inFolder('missing')}`;
    const good = `web-1:${tree}/`;
    const { status, stderr } = run('-e', rsh, good, missing, inFolder('partly'));
    expect(status).toBe(23);
    expect(stderr).toContain(`[${missing}] rsync: [sender] `);
    expect(stderr).toContain(`transfer-tool: ${missing}: `);
    expect(treeDigest(path.join(inFolder('partly'), 'web-1'))).toEqual(treeDigest(tree));
  });

  it('gives up a host that does not answer', async () => {
    const hole = await startBlackHole();
    const silent = sshConfig('ssh_config-silent', `Host silent\n  Port ${hole.port}`);
    const limits = ['--connect', '1', '--attempts', '2', '--backoff', '1', '--log', '-'];
    const args = command([...limits, '-e', silent, tree, 'silent:']);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    const [status] = (await once(child, 'close')) as [number];
    await hole.close();
    expect(SSH_FAILED).toContain(status);
    expect(recordsOf(stdout).filter(({ msg }) => msg === 'trying again')).toHaveLength(1);
    expect(recordsOf(stdout).at(-1)).toMatchObject({ kind: 'timeout', retryable: true });
  });

  it('ends every process on Ctrl-C, and resumes the next time', async () => {
    const big = inFolder('big');
    mkdirSync(big);
    writeFileSync(path.join(big, 'file'), Buffer.alloc(64 << 20, 'rsync-io '));
    const target = inFolder('interrupted');
    const slow = sshConfig('ssh_config-slow', '');
    // A slow remote shell: a few hundred KB per second, so that the interruption comes during the transfer.
    const script = inFolder('slow-ssh');
    writeFileSync(script, `#!/bin/sh\n"${process.execPath}" -e '${SLOWLY}' | ${slow} "$@"\n`, {
      mode: 0o755,
    });
    const operands = [`${big}/`, `web-1:${target}/`];
    const child = spawn(process.execPath, command(['-e', script, ...operands]), {
      stdio: 'ignore',
    });
    const arrives = () => readFolder(target).some((name) => name.startsWith('.file.'));
    await waitUntil(arrives, { what: 'the first bytes', timeoutMs: 60_000 });
    const children = descendants(child.pid as number);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([20, null]);
    await waitUntil(() => !children.some(isAlive) && !arrives(), { what: 'the end of all' });
    expect(run('-e', slow, ...operands).status).toBe(0);
    expect(treeDigest(target)).toEqual(treeDigest(big));
  });

  describeWithPeers(['script'], 'on a terminal', () => {
    it('draws a progress bar', () => {
      const words = command(['-e', rsh, `${tree}/`, `web-1:${inFolder('bar')}/`]);
      const line = [process.execPath, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
      const { stdout, status } = spawnSync('script', ['-qec', line.join(' '), '/dev/null'], {
        encoding: 'utf8',
        env: { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' },
      });
      expect(status).toBe(0);
      expect(stdout).toMatch(/[█=]+ 100% done web-1:/);
    });
  });
});

/** rsync's exit codes if ssh failed: 12 if rsync sees the end of the connection first. */
const SSH_FAILED = [255, 12];

const SLOWLY =
  'const s = process.stdin; s.on("data", (c) => { process.stdout.write(c); s.pause(); setTimeout(() => s.resume(), 100); });';

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
