import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  childProcesses,
  describeWithPeers,
  embeddedSshClient,
  findPeers,
  freePort,
  isAlive,
  makeAwkwardTree,
  type SshPeer,
  startEmbeddedSshServer,
  startOpenSshServer,
  treeDigest,
  waitUntil,
} from '../src/index.js';

const WINDOW_OVERFLOW = 3_000_000;

/**
 * How much a client receives of more output than its window holds (2 MiB), if it begins to read only after
 * the command has ended. The redirection names the stream.
 */
async function readLate(server: SshPeer, redirection: '>&1' | '>&2', client: readonly string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-late-'));
  const ended = path.join(folder, 'ended');
  const [program, ...args] = client as [string, ...string[]];
  const command = `head -c ${WINDOW_OVERFLOW} /dev/zero ${redirection}; : > '${ended}'; exit 3`;
  const child = spawn(program, [...args, ...server.sshArgs, server.host, command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await waitUntil(() => existsSync(ended), { what: 'the command to end' });
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, 'close'),
  ]);
  rmSync(folder, { recursive: true });
  return { received: (redirection === '>&1' ? stdout : stderr).length, code: code as number };
}

/** Runs a client, by default ssh, against a server. */
async function ssh(
  server: SshPeer,
  command: string,
  input: Buffer | null = null,
  client: readonly string[] = ['ssh'],
) {
  const [program, ...args] = client as [string, ...string[]];
  const child = spawn(program, [...args, ...server.sshArgs, server.host, command], {
    stdio: 'pipe',
  });
  child.stdin.end(input ?? '');
  const [stdout, stderr, [code, signal]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code: code as number, signal: signal as string | null };
}

/** Cases that every pair of a server and a client passes. */
function carriesCommands(start: () => Promise<SshPeer>, client?: readonly string[]): void {
  let server: SshPeer;
  beforeAll(async () => void (server = await start()));
  afterAll(() => server.close());

  it('runs a command and passes on its status and both outputs', async () => {
    const { stdout, stderr, code } = await ssh(
      server,
      'echo out; echo err >&2; exit 7',
      null,
      client,
    );
    expect({ stdout: stdout.toString(), stderr, code }).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      code: 7,
    });
  });

  it('carries ten megabytes both ways', async () => {
    const input = Buffer.alloc(10_000_000, 'some bytes that go there and back ');
    const { stdout, code } = await ssh(server, 'cat', input, client);
    expect(code).toBe(0);
    expect(stdout.equals(input)).toBe(true);
  });

  it('reports a command that a signal ended, as sshd does, with status 255', async () => {
    const { code } = await ssh(server, 'kill -9 $$', null, client);
    expect(code).toBe(255);
  });
}

describeWithPeers(['ssh'], 'the embedded SSH server', () => {
  carriesCommands(() => startEmbeddedSshServer());

  it.each(['>&1', '>&2'] as const)('loses nothing to a client that reads late (%s)', async (to) => {
    await using server = await startEmbeddedSshServer();
    expect(await readLate(server, to, ['ssh'])).toEqual({ received: WINDOW_OVERFLOW, code: 3 });
  });

  it('closes although a client has stopped, and takes its command with it', async () => {
    const server = await startEmbeddedSshServer();
    const client = spawn('ssh', [...server.sshArgs, server.host, 'echo $$; exec sleep 300']);
    const [pid] = (await once(client.stdout, 'data')) as [Buffer];
    client.kill('SIGSTOP');
    await server.close();
    expect(isAlive(Number(pid.toString()))).toBe(false);
    client.kill('SIGKILL');
    await once(client, 'close');
  });

  it('ends the command of a client that is gone', async () => {
    await using server = await startEmbeddedSshServer();
    const command = 'echo $$; exec sleep 300';
    const client = spawn('ssh', [...server.sshArgs, server.host, command]);
    const [pid] = (await once(client.stdout, 'data')) as [Buffer];
    client.kill('SIGKILL');
    await waitUntil(() => !isAlive(Number(pid.toString())), { what: 'the command to end' });
  });

  it('refuses a client when told to, and shows a banner', async () => {
    await using server = await startEmbeddedSshServer({ denyAuth: true, banner: 'no entry\n' });
    const { code, stderr } = await ssh(server, 'true');
    expect(code).toBe(255);
    expect(stderr).toContain('no entry');
    expect(stderr).toMatch(/rsync-io@127\.0\.0\.1: Permission denied \(publickey\)\./);
  });
});

describeWithPeers(['ssh', 'sshd'], 'a throw-away sshd', () => {
  carriesCommands(() => startOpenSshServer());

  it('takes the commands of its clients with it', async () => {
    const server = await startOpenSshServer();
    const client = spawn('ssh', [...server.sshArgs, server.host, 'echo $$; exec sleep 300']);
    const [pid] = (await once(client.stdout, 'data')) as [Buffer];
    await server.close();
    await waitUntil(() => !isAlive(Number(pid.toString())), { what: 'the command to end' });
  });

  it('says what sshd said when it does not come up', async () => {
    const before = childProcesses();
    await expect(startOpenSshServer({ extraConfig: ['NoSuchOption yes'] })).rejects.toThrow(
      /NoSuchOption/,
    );
    expect(childProcesses()).toEqual(before);
  });
});

describe('the embedded SSH client', () => {
  const client = [process.execPath, embeddedSshClient()];
  carriesCommands(() => startEmbeddedSshServer(), client);

  it.each(['>&1', '>&2'] as const)('loses nothing when it is read late (%s)', async (to) => {
    await using server = await startEmbeddedSshServer();
    expect(await readLate(server, to, client)).toEqual({ received: WINDOW_OVERFLOW, code: 3 });
  });

  it('takes options with their values glued on, as ssh does', async () => {
    await using server = await startEmbeddedSshServer();
    const files = [`-F${server.configFile}`, `-p${server.port}`, '-oBatchMode=yes'];
    const { stdout } = await ssh({ ...server, sshArgs: files }, 'echo glued', null, client);
    expect(stdout.toString()).toBe('glued\n');
  });

  it('ends with 255 when the server goes away in the middle', async () => {
    const brief = await startEmbeddedSshServer();
    const [node, file] = client as [string, string];
    const child = spawn(node, [file, ...brief.sshArgs, brief.host, 'echo up; exec sleep 300']);
    await once(child.stdout, 'data');
    await brief.close();
    expect(await once(child, 'exit')).toEqual([255, null]);
  });

  it("fails in OpenSSH's own words", async () => {
    await using server = await startEmbeddedSshServer();
    const refused = await ssh(
      { ...server, sshArgs: [...server.sshArgs, '-p', String(await freePort())] },
      'true',
      null,
      client,
    );
    expect(refused.code).toBe(255);
    expect(refused.stderr).toMatch(
      /^ssh: connect to host 127\.0\.0\.1 port \d+: Connection refused\r\n$/,
    );
    await using deny = await startEmbeddedSshServer({ denyAuth: true });
    const denied = await ssh(deny, 'true', null, client);
    expect(denied.code).toBe(255);
    expect(denied.stderr).toBe('rsync-io@127.0.0.1: Permission denied (publickey).\r\n');
    await using other = await startEmbeddedSshServer();
    const stranger = await ssh(
      { ...other, sshArgs: [...server.sshArgs, '-p', String(other.port)] },
      'true',
      null,
      client,
    );
    expect(stranger.code).toBe(255);
    expect(stranger.stderr).toContain('Host key verification failed.\r\n');
  });
});

describe('an embedded SSH server that is closed', () => {
  it('does not wait for a client that never said a word', async () => {
    const server = await startEmbeddedSshServer();
    const silent = connect(server.port, server.host).on('error', () => {});
    await once(silent, 'data');
    await server.close();
    await server.close();
    expect(existsSync(server.configFile)).toBe(false);
  });
});

describe('the awkward tree', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-tree-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the same every time, and its digest sees a change of one byte', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => path.join(folder, name));
    for (const tree of [a, b, c]) mkdirSync(tree as string);
    const size = makeAwkwardTree(a as string, 10_000);
    expect(makeAwkwardTree(b as string, 10_000)).toEqual(size);
    makeAwkwardTree(c as string, 10_001);
    expect(size.files).toBeGreaterThan(10);
    expect(treeDigest(b as string)).toEqual(treeDigest(a as string));
    expect(treeDigest(c as string)).not.toEqual(treeDigest(a as string));
  });
});

describe('the peers', () => {
  it('are found with their versions, or not at all', () => {
    for (const peer of Object.values(findPeers())) {
      if (peer !== null) expect(peer.version).toMatch(/\d/);
    }
  });
});
