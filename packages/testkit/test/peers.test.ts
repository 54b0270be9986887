import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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

/** Runs a client, ssh unless told otherwise, against a server. */
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
