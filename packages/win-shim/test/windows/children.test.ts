import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  buildStderrChannel,
  configureStderrChannel,
  STDERR_BUFFER_CAP,
  type StderrAuxChannel,
} from '@rsync-io/aux-channel';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';
import { isAlive, openDescriptors, program, waitUntil } from '@rsync-io/testkit';
import tcpLoopbackBackend, { TCP_LOOPBACK_OFFERED } from '@rsync-io/win-shim';
import { afterEach, describe, expect, it } from 'vitest';
import { pipeBackend } from './pipe-backend.js';

const backends = TCP_LOOPBACK_OFFERED ? [tcpLoopbackBackend, pipeBackend] : [pipeBackend];
const expected = TCP_LOOPBACK_OFFERED ? 'tcp-loopback' : 'pipe';
const strangers: number[] = [];

afterEach(() => {
  for (const pid of strangers.splice(0)) if (isAlive(pid)) process.kill(pid);
});

async function run(command: string, args: readonly string[], options = {}) {
  const endpoint = (await configureStderrChannel(backends)) as StderrEndpoint;
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', endpoint.childStdio],
    ...options,
  });
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const channel = buildStderrChannel(endpoint, child, {
    forward: false,
    surface: 'never',
  }) as StderrAuxChannel<Promise<void>>;
  const [code] = (await once(child, 'exit')) as [number];
  await channel.join();
  return {
    code,
    channel,
    text: () => Buffer.from(channel.collected()).toString(),
    stdout: () => stdout,
  };
}
const node = (...args: (string | number)[]) => run(process.execPath, args.map(String));

describe(`children whose stderr comes over ${expected}`, () => {
  it('captures cmd /C echo … 1>&2', async () => {
    const { code, channel, text } = await run('cmd.exe', ['/C', 'echo hello from cmd 1>&2']);
    expect(code).toBe(0);
    expect(text()).toBe('hello from cmd \r\n');
    expect(channel.snapshot()).toMatchObject({ backend: expected, ended: 'eof' });
  });

  it('captures 5 MiB, the newest 64 KiB of it', async () => {
    const { channel } = await node(program('write-stderr'), 5 << 20, 'numbered');
    const snapshot = channel.snapshot();
    expect(snapshot.totalBytes).toBe(5 << 20);
    expect(snapshot.bytes).toHaveLength(STDERR_BUFFER_CAP);
    expect(snapshot.discardedBytes).toBe((5 << 20) - STDERR_BUFFER_CAP);
  });

  it('captures every byte value unchanged', async () => {
    const { channel } = await node(program('write-stderr'), 256, 'bytes');
    expect(channel.collected()).toEqual(Uint8Array.from({ length: 256 }, (_, i) => i));
  });

  it('returns the exit code, even above 255', async () => {
    expect((await node('-e', `require('fs').writeSync(2, 'seven'); process.exit(7)`)).code).toBe(7);
    expect((await run('cmd.exe', ['/C', 'exit 70000'])).code).toBe(70_000);
  });

  it('neither waits for nor harms a grandchild that holds it', async () => {
    const { code, channel, stdout } = await node(program('grandchild'), 204_800, 7);
    expect(code).toBe(7);
    expect(channel.snapshot()).toMatchObject({ totalBytes: 204_800, ended: 'abandoned' });
    await waitUntil(() => stdout().includes('\n'), { what: "the grandchild's pid" });
    const grandchild = Number(stdout());
    strangers.push(grandchild);
    expect(isAlive(grandchild)).toBe(true);
    channel.shutdownRead();
  });

  it('leaves no handle behind after fifty in a row', async () => {
    for (let i = 0; i < 5; i++) await node('--version');
    const before = openDescriptors() as number;
    for (let i = 0; i < 50; i++) await node('--version');
    await waitUntil(() => (openDescriptors() as number) <= before, {
      what: 'the handles to close',
    });
  });

  it('serves twenty at once', async () => {
    const script = (i: number) => `require('fs').writeSync(2, 'child ${i}'); process.exit(${i})`;
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => node('-e', script(i))));
    expect(all.map(({ code, text }) => [code, text()])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i, `child ${i}`]),
    );
  });
});
