import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import {
  InvalidTargetError,
  SpawnError,
  SshCommand,
  type StderrBackend,
} from '@rsync-io/aux-channel';
import { childProcesses, openDescriptors, waitUntil } from '@rsync-io/testkit';
import { AsyncSshTransport, STDERR_CHANNEL } from '@rsync-io/transport-async';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const on = {
  backends: [socketpairBackend, pipeBackend],
  forward: false,
  surface: 'never',
} as const;

describe('starting a child', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-spawn-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('uses the build of the flag state under test', () => {
    expect(STDERR_CHANNEL).toBe(process.env['RSYNC_IO_FLAG_STATE'] === 'on');
  });

  const failures: [string, string, () => SshCommand, RegExp][] = [
    [
      'an unknown program',
      'ENOENT',
      () => SshCommand.raw('no-such-program-here'),
      /no-such-program-here.*Install it/,
    ],
    [
      'a missing working directory',
      'ENOENT',
      () => SshCommand.raw(process.execPath, [], { cwd: path.join(folder, 'none') }),
      /working directory ".*none" does not exist/,
    ],
    [
      'a file that is not executable',
      'EACCES',
      () => {
        const file = path.join(folder, 'plain');
        writeFileSync(file, '');
        return SshCommand.raw(file);
      },
      /may not be executed/,
    ],
    [
      'arguments that are too long',
      'E2BIG',
      () => SshCommand.raw(process.execPath, ['x'.repeat(4_000_000)]),
      /too long/,
    ],
  ];
  it.each(failures)(
    'rejects %s with %s and leaks nothing',
    async (_what, code, command, message) => {
      const before = openDescriptors();
      const error = await AsyncSshTransport.spawn(command(), on).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SpawnError);
      expect(error).toMatchObject({ code, name: 'SpawnError' });
      expect((error as Error).message).toMatch(message);
      // Node closes streams in later turns.
      await waitUntil(() => openDescriptors() === before, { what: 'closed descriptors' });
    },
  );

  it('ends and reaps a child whose stderr cannot be attached', async () => {
    const unattachable: StderrBackend = {
      ...socketpairBackend,
      async open() {
        const endpoint = await socketpairBackend.open();
        endpoint.attach = () => {
          throw Object.assign(new Error('open ENOMEM'), { code: 'ENOMEM', syscall: 'open' });
        };
        return endpoint;
      },
    };
    const before = { descriptors: openDescriptors(), children: childProcesses() };
    const command = SshCommand.raw(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const options = { ...on, backends: [unattachable, pipeBackend] };
    if (!STDERR_CHANNEL) {
      // Without the flag, the backend is not called.
      await using transport = await AsyncSshTransport.spawn(command, options);
      expect(transport.stderrSnapshot().backend).toBe('inherit');
      return;
    }
    const error = await AsyncSshTransport.spawn(command, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SpawnError);
    expect(error).toMatchObject({ code: 'ENOMEM' });
    expect((error as Error).message).toMatch(/stderr cannot be read.*ENOMEM/);
    expect({ descriptors: openDescriptors(), children: childProcesses() }).toEqual(before);
  });

  it.each(['-oProxyCommand=id', '', 'user@', 'ho\nst'])(
    'spawns nothing for the target %j',
    async (target) => {
      const before = childProcesses();
      await expect(
        AsyncSshTransport.executeRemoteRsync(target, [], { program: 'false' }, on),
      ).rejects.toBeInstanceOf(InvalidTargetError);
      expect(childProcesses()).toEqual(before);
    },
  );

  it('quotes the arguments of a remote rsync for the remote shell', async () => {
    await using transport = await AsyncSshTransport.executeRemoteRsync(
      'host',
      ['--server', 'a b', '$(id)'],
      { program: 'echo' },
      on,
    );
    let output = '';
    for await (const chunk of transport.stdout as AsyncIterable<Buffer>) output += chunk.toString();
    expect(output).toBe("host rsync --server 'a b' '$(id)'\n");
  });
});

describe('when descriptors run out', () => {
  // In a separate process: a lower limit could not be raised again, and other tests need the descriptors.
  const script = (spare: number) => `
    import { openSync, closeSync, readdirSync } from 'node:fs';
    import { AsyncSshTransport } from '@rsync-io/transport-async';
    import { SshCommand } from '@rsync-io/aux-channel';
    import socketpair from '@rsync-io/socketpair';
    import pipe from '@rsync-io/pipe';
    const options = { backends: [socketpair, pipe], forward: false, surface: 'never' };
    const attempt = async () => {
      try {
        const t = await AsyncSshTransport.spawn(SshCommand.raw('true'), options);
        await t.wait();
        const { backend } = t.stderrSnapshot();
        await t[Symbol.asyncDispose]();
        return backend;
      } catch (error) { return error.code; }
    };
    await attempt();
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    const held = [];
    try { for (;;) held.push(openSync('/dev/null')); } catch {}
    for (let i = 0; i < ${spare}; i++) closeSync(held.pop());
    const results = [];
    for (let i = 0; i < 5; i++) results.push(await attempt());
    held.forEach((fd) => closeSync(fd));
    await new Promise((r) => setTimeout(r, 20));
    console.log(JSON.stringify({ results: [...new Set(results)], leaked: count() - before, after: await attempt() }));`;

  const run = async (spare: number) => {
    const flags = STDERR_CHANNEL ? ['-C', 'ssh-socketpair-stderr'] : [];
    const command = SshCommand.raw(
      'sh',
      [
        '-c',
        'ulimit -n 200; exec "$@"',
        'sh',
        process.execPath,
        ...flags,
        '--input-type=module',
        '-e',
        script(spare),
      ],
      { cwd: path.join(import.meta.dirname, '..') },
    );
    await using transport = await AsyncSshTransport.spawn(command, on);
    let output = '';
    for await (const chunk of transport.stdout as AsyncIterable<Buffer>) output += chunk.toString();
    return JSON.parse(output) as { results: string[]; leaked: number; after: string };
  };

  it('fails with EMFILE and leaks nothing, however few are left', async () => {
    for (const spare of [0, 1, 2, 4, 6]) {
      const { results, leaked } = await run(spare);
      expect({ spare, results, leaked }).toEqual({ spare, results: ['EMFILE'], leaked: 0 });
    }
  });

  it('still transfers with the minimum for an inherited stderr', async () => {
    expect(await run(7)).toMatchObject({ results: ['inherit'], leaked: 0 });
    expect(await run(8)).toMatchObject({ results: ['inherit'], leaked: 0 });
  });

  it('has its channel with nine descriptors', async () => {
    const backend = STDERR_CHANNEL ? 'socketpair' : 'inherit';
    expect(await run(9)).toEqual({ results: [backend], leaked: 0, after: backend });
  });
});

describe('many children', () => {
  it('can run at the same time', async () => {
    const codes = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await using transport = await AsyncSshTransport.spawn(
          SshCommand.raw('sh', ['-c', `echo ${i} >&2; exit ${i}`]),
          on,
        );
        const { status, stderr } = await transport.waitWithStderr();
        expect(Buffer.from(stderr).toString()).toBe(STDERR_CHANNEL ? `${i}\n` : '');
        return status.code;
      }),
    );
    expect(codes).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});
