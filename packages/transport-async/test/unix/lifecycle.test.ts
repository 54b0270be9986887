import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import {
  ConnectTimeoutError,
  IoTimeoutError,
  SshCommand,
  TransportStateError,
  WarningQueue,
} from '@rsync-io/aux-channel';
import { isAlive, program, waitUntil } from '@rsync-io/testkit';
import { AsyncSshTransport, STDERR_CHANNEL } from '@rsync-io/transport-async';
import { describe, expect, it } from 'vitest';

const quiet = {
  backends: [socketpairBackend, pipeBackend],
  forward: false,
  surface: 'never',
} as const;
const shell = (script: string, options = {}) => SshCommand.raw('sh', ['-c', script], options);

describe('waiting', () => {
  it('closes stdin, so that a child that reads to the end exits', async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('cat'), quiet);
    transport.stdin?.write('to the end');
    const output = text(transport.stdout as NodeJS.ReadableStream);
    expect(await transport.wait()).toEqual({ code: 0, signal: null, success: true });
    expect(await output).toBe('to the end');
  });

  it('discards output that nobody reads', async () => {
    await using transport = await AsyncSshTransport.spawn(
      shell('head -c 5000000 /dev/zero'),
      quiet,
    );
    expect((await transport.wait()).code).toBe(0);
  });

  it('leaves the output to a reader that attaches in the same turn', async () => {
    await using transport = await AsyncSshTransport.spawn(
      shell('head -c 3000000 /dev/zero'),
      quiet,
    );
    const waiting = transport.wait();
    let received = 0;
    for await (const chunk of transport.stdout as AsyncIterable<Buffer>) received += chunk.length;
    expect(received).toBe(3_000_000);
    expect((await waiting).success).toBe(true);
  });

  it('returns the same status again', async () => {
    await using transport = await AsyncSshTransport.spawn(shell('exit 9'), quiet);
    const first = await transport.wait();
    expect(await transport.wait()).toBe(first);
    expect((await transport.waitWithStderr()).status).toBe(first);
    expect(transport.tryWait()).toBe(first);
    expect(first).toEqual({ code: 9, signal: null, success: false });
  });

  it('reports the signal that ended the child', async () => {
    await using transport = await AsyncSshTransport.spawn(shell('kill -USR1 $$'), quiet);
    expect(await transport.wait()).toEqual({ code: null, signal: 'SIGUSR1', success: false });
  });

  it('reports no status before the exit', async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('cat'), quiet);
    expect(transport.tryWait()).toBeNull();
  });

  it('tolerates a child that exits before it is written to', async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('true'), quiet);
    await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
    transport.stdin?.write(Buffer.alloc(1_000_000));
    expect((await transport.wait()).success).toBe(true);
  });
});

describe('splitting', () => {
  it('returns reader, writer and child', async () => {
    const transport = await AsyncSshTransport.spawn(shell('cat; echo done >&2; exit 4'), quiet);
    const { reader, writer, child } = transport.split();
    writer.end('by hand');
    expect(await text(reader)).toBe('by hand');
    const { status, stderr } = await child.waitWithStderr();
    expect(status.code).toBe(4);
    expect(Buffer.from(stderr).toString()).toBe(STDERR_CHANNEL ? 'done\n' : '');
  });

  it('transfers ownership, so disposing of the transport does not end the process', async () => {
    const transport = await AsyncSshTransport.spawn(SshCommand.raw('cat'), quiet);
    const { child } = transport.split();
    await transport[Symbol.asyncDispose]();
    expect(child.tryWait()).toBeNull();
    await child[Symbol.asyncDispose]();
    expect(child.tryWait()?.signal).toBe('SIGTERM');
  });

  it('fails the second time', async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('cat'), quiet);
    await using child = transport.split().child;
    expect(() => transport.split()).toThrow(TransportStateError);
    expect(child.pid).toBe(transport.pid);
  });

  it('fails if the child has the wire', async () => {
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('true'), {
      ...quiet,
      wire: 'inherit',
    });
    expect(transport.stdin).toBeNull();
    expect(transport.stdout).toBeNull();
    expect(() => transport.split()).toThrow(TransportStateError);
  });
});

describe('disposing', () => {
  it('ends the child, and may be repeated', async () => {
    const transport = await AsyncSshTransport.spawn(SshCommand.raw('sleep', ['60']), quiet);
    await Promise.all([transport[Symbol.asyncDispose](), transport[Symbol.asyncDispose]()]);
    await transport[Symbol.asyncDispose]();
    expect(transport.tryWait()?.signal).toBe('SIGTERM');
    expect(isAlive(transport.pid)).toBe(false);
  });

  it('kills a child that ignores SIGTERM', async () => {
    const ignoring = SshCommand.raw(process.execPath, [program('ignore-term')]);
    const transport = await AsyncSshTransport.spawn(ignoring, quiet);
    for await (const _ of transport.stdout as AsyncIterable<Buffer>) break;
    await transport[Symbol.asyncDispose]();
    expect(transport.tryWait()?.signal).toBe('SIGKILL');
  });

  it('prints a failure that nobody waited for, once', async () => {
    const shown: string[] = [];
    const sink = new Writable({ write: (chunk, _e, done) => (shown.push(String(chunk)), done()) });
    {
      await using transport = await AsyncSshTransport.spawn(shell('exit 5'), {
        ...quiet,
        forward: { to: sink },
        surface: 'always',
      });
      await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
    }
    expect(shown).toEqual(
      STDERR_CHANNEL ? ['ssh process exited with status 5: it wrote nothing to stderr\n'] : [],
    );
  });

  it('closes the stderr that a grandchild writes to', async () => {
    const writer = 'trap "" PIPE; while sleep 0.05; do echo x >&2 || exit; done';
    const command = shell(`(${writer}) >/dev/null 2>&2 & echo $!`);
    const transport = await AsyncSshTransport.spawn(command, quiet);
    const pid = Number(await text(transport.stdout as NodeJS.ReadableStream));
    await transport.wait();
    expect(transport.stderrSnapshot().ended).toBe(STDERR_CHANNEL ? 'abandoned' : null);
    expect(isAlive(pid)).toBe(true);
    await transport[Symbol.asyncDispose]();
    if (!STDERR_CHANNEL) process.kill(pid);
    await waitUntil(() => !isAlive(pid), { what: 'the grandchild to notice' });
  });
});

describe('a subscriber to lines', () => {
  it('does not wait forever for a child that inherits stderr', async () => {
    const warnings = new WarningQueue();
    await using transport = await AsyncSshTransport.spawn(shell('exit 0'), {
      ...quiet,
      backends: [],
      warnings,
    });
    const lines: string[] = [];
    for await (const line of warnings) lines.push(line.text);
    expect(lines).toEqual([]);
    expect((await transport.wait()).success).toBe(true);
  });

  it('that already serves a channel is refused before the start', async () => {
    const options = { ...quiet, warnings: new WarningQueue() };
    await using transport = await AsyncSshTransport.spawn(shell('exit 0'), options);
    const second = AsyncSshTransport.spawn(shell('exit 0'), options);
    if (STDERR_CHANNEL) {
      const refused = { code: 'ERR_INVALID_OPTION', option: 'warnings' };
      await expect(second).rejects.toMatchObject(refused);
    } else {
      await (await second).wait();
    }
    await transport.wait();
  });

  it('gets every line of a child with a channel', async () => {
    const warnings = new WarningQueue();
    await using transport = await AsyncSshTransport.spawn(shell('echo a >&2; echo b >&2'), {
      ...quiet,
      warnings,
    });
    const lines: string[] = [];
    for await (const line of warnings) lines.push(line.text);
    expect(lines).toEqual(STDERR_CHANNEL ? ['a', 'b'] : []);
    await transport.wait();
  });
});

describe('aborting', () => {
  it('before the start spawns nothing', async () => {
    const reason = new Error('no longer needed');
    const signal = AbortSignal.abort(reason);
    await expect(AsyncSshTransport.spawn(SshCommand.raw('cat'), { ...quiet, signal })).rejects.toBe(
      reason,
    );
  });

  it('afterwards ends the child and rejects the wait with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('sleep', ['60']), {
      ...quiet,
      signal: controller.signal,
    });
    const waiting = expect(transport.wait()).rejects.toBe(reason);
    controller.abort(reason);
    await waiting;
    expect(transport.tryWait()?.signal).toBe('SIGTERM');
  });

  it('after the exit changes nothing', async () => {
    const controller = new AbortController();
    await using transport = await AsyncSshTransport.spawn(SshCommand.raw('true'), {
      ...quiet,
      signal: controller.signal,
    });
    await transport.wait();
    controller.abort();
    expect((await transport.wait()).success).toBe(true);
  });
});

describe('the connect watchdog', () => {
  const silent = shell('echo connecting >&2; exec sleep 60', { connectTimeoutMs: 300 });

  it('ends a child that sends nothing, and returns its stderr', async () => {
    await using transport = await AsyncSshTransport.spawn(silent, quiet);
    const error = await transport.wait().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConnectTimeoutError);
    const { stderr, timeoutMs } = error as ConnectTimeoutError;
    expect(timeoutMs).toBe(300);
    expect(Buffer.from(stderr).toString()).toBe(STDERR_CHANNEL ? 'connecting\n' : '');
  });

  it('accepts the first byte even if nobody reads it yet', async () => {
    const command = shell('echo hello; sleep 1; exit 6', { connectTimeoutMs: 300 });
    await using transport = await AsyncSshTransport.spawn(command, quiet);
    await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
    expect((await transport.wait()).code).toBe(6);
  });

  it('can be cancelled', async () => {
    const command = shell('sleep 1; exit 6', { connectTimeoutMs: 300 });
    await using transport = await AsyncSshTransport.spawn(command, quiet);
    transport.cancelConnectWatchdog();
    transport.cancelConnectWatchdog();
    expect((await transport.wait()).code).toBe(6);
  });
});

describe('the I/O watchdog', () => {
  it('ends a connection on which nothing moves', async () => {
    const command = shell('echo hello; exec sleep 60', { ioTimeoutMs: 400 });
    await using transport = await AsyncSshTransport.spawn(command, quiet);
    await expect(transport.wait()).rejects.toBeInstanceOf(IoTimeoutError);
  });

  it('accepts slow traffic in either direction', async () => {
    const command = shell('for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done; exit 6', {
      ioTimeoutMs: 900,
    });
    await using transport = await AsyncSshTransport.spawn(command, quiet);
    expect((await transport.wait()).code).toBe(6);
  });
});
