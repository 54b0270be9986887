import { once } from 'node:events';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { pipeBackend } from '@rsync-io/pipe';
import {
  InvalidOptionError,
  type RawCommandOptions,
  type RsyncIoError,
  SshCommand,
} from '@rsync-io/aux-channel';
import { actor, isAlive, waitUntil } from '@rsync-io/testkit';
import { AsyncSshTransport, type AsyncTransportOptions } from '@rsync-io/transport-async';
import { afterEach, describe, expect, it } from 'vitest';

/** A socket pair of macOS holds 8 KiB (`npm run test:xnu` simulates it). A pipe of Windows holds 64 KiB. */
const HAS_SMALL_SOCKETS =
  process.platform !== 'linux' || process.env['RSYNC_IO_SMALL_SOCKETS'] !== undefined;

const strangers: number[] = [];
afterEach(() => {
  for (const pid of strangers.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

const quiet = { backends: [pipeBackend], forward: false, surface: 'never' } as const;
async function start(
  steps: readonly string[],
  options: Partial<AsyncTransportOptions> = {},
  command: RawCommandOptions = {},
) {
  const [file, ...words] = actor(steps);
  const ssh = SshCommand.raw(file, words, command);
  const transport = await AsyncSshTransport.spawn(ssh, { ...quiet, ...options });
  return { transport, stdout: transport.stdout as Readable };
}
const exited = (transport: AsyncSshTransport) => transport.exited;
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as RsyncIoError,
  );

/** Reads one chunk every `ms` milliseconds. */
const slowSink = (ms: number, received: Buffer[] = []) =>
  new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      received.push(chunk);
      setTimeout(done, ms);
    },
  });

describe('stdout with a reader is delivered completely', () => {
  it('to a listener, before wait() and disposal complete', async () => {
    const run = async () => {
      const { transport, stdout } = await start(['out:abc']);
      let received = '';
      stdout.on('data', (chunk) => (received += String(chunk)));
      await transport.waitWithStderr();
      const atWait = received;
      await transport[Symbol.asyncDispose]();
      return atWait;
    };
    for (let i = 0; i < 5; i++) expect(await Promise.all([run(), run()])).toEqual(['abc', 'abc']);
  });

  it('to a pipe whose destination is busy with the last bytes at disposal, and then ends', async () => {
    const { transport, stdout } = await start(['out:abc']);
    let release: () => void = () => {};
    const sink = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => void (release = done),
    });
    const finished = once(sink, 'finish');
    stdout.pipe(sink);
    await transport.wait();
    await transport[Symbol.asyncDispose]();
    release();
    await finished;
    expect(stdout.readableEnded).toBe(true);
  });

  it('to a slow pipe, for which wait() waits', async () => {
    const { transport, stdout } = await start(['zeros:1000000']);
    const received: Buffer[] = [];
    stdout.pipe(slowSink(5, received));
    expect((await transport.wait()).success).toBe(true);
    await transport[Symbol.asyncDispose]();
    expect(Buffer.concat(received).length).toBeGreaterThan(900_000);
    await waitUntil(() => Buffer.concat(received).length === 1_000_000, { what: 'the sink' });
  });

  it('to a reader that begins long after the exit', async () => {
    const bytes = HAS_SMALL_SOCKETS ? 4_000 : 100_000;
    const { transport, stdout } = await start([`zeros:${bytes}`, 'exit:3']);
    expect((await exited(transport)).code).toBe(3);
    await delay(50);
    expect((await buffer(stdout)).length).toBe(bytes);
    expect((await transport.wait()).code).toBe(3);
    await transport[Symbol.asyncDispose]();
  });

  it('even if another process holds fd 1', async () => {
    const { transport, stdout } = await start(['leave:30000', 'zeros:50000', 'exit:1']);
    const output = buffer(stdout);
    expect((await transport.wait()).code).toBe(1);
    const received = await output;
    const [pid = ''] = received.toString('latin1').split('\n', 1);
    strangers.push(Number(pid));
    expect(received.length).toBe(pid.length + 1 + 50_000);
    expect(isAlive(Number(pid))).toBe(true);
    await transport[Symbol.asyncDispose]();
  });

  it('to a fast reader, before disposal completes', async () => {
    const { transport, stdout } = await start(['zeros:300000']);
    const received: Buffer[] = [];
    const piped = pipeline(stdout, slowSink(1, received));
    await exited(transport);
    await transport[Symbol.asyncDispose]();
    await piped;
    expect(Buffer.concat(received).length).toBe(300_000);
  });
});

describe('a slow reader', () => {
  const stuck = async (options: Partial<AsyncTransportOptions> = {}) => {
    // More than the stream buffers, but less than the stream and the socket together, so the child can exit.
    const bytes = HAS_SMALL_SOCKETS ? 68_000 : 150_000;
    const { transport, stdout } = await start(['out:x', 'line', `zeros:${bytes}`], options);
    const sink = new Writable({ highWaterMark: 1, write: () => void sink.emit('taken') });
    const taken = once(sink, 'taken');
    const ended = errorOf(pipeline(stdout, sink));
    // Otherwise, the sink could take everything as one chunk.
    await taken;
    transport.stdin?.write('\n');
    await exited(transport);
    return { transport, ended };
  };

  it('is released by the timeout of wait(), which returns the status', async () => {
    const { transport, ended } = await stuck();
    expect(await transport.wait({ timeoutMs: 20 })).toMatchObject({ code: 0, success: true });
    expect(await ended).toMatchObject({ code: 'ERR_WAIT_TIMEOUT' });
    await transport[Symbol.asyncDispose]();
  });

  it('is released by an abort, and wait() rejects', async () => {
    const controller = new AbortController();
    const { transport, ended } = await stuck({ signal: controller.signal });
    const waiting = errorOf(transport.wait());
    await turn();
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await ended).toBe(reason);
    await transport[Symbol.asyncDispose]();
  });

  it('is released by disposal', async () => {
    const { transport, ended } = await stuck();
    const waiting = transport.wait();
    await transport[Symbol.asyncDispose]();
    expect(await ended).toMatchObject({ code: 'ERR_DISPOSED' });
    expect((await waiting).success).toBe(true);
  });

  it('that removes its listener is no longer a reader, so the rest is discarded', async () => {
    const { transport, stdout } = await start(['zeros:3000000', 'exit:4']);
    const sink = new Writable({ highWaterMark: 1, write() {} });
    stdout.pipe(sink);
    const waiting = transport.wait();
    await turn();
    stdout.unpipe(sink);
    expect((await waiting).code).toBe(4);
    await transport[Symbol.asyncDispose]();
  });
});

describe('output that nobody reads', () => {
  it.each(['out:abc', 'zeros:3000000'])(
    'is discarded, and a late reader is told: %s',
    async (step) => {
      const { transport, stdout } = await start([step, 'exit:5']);
      expect((await transport.wait()).code).toBe(5);
      expect(await errorOf(text(stdout))).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
      expect(await errorOf(pipeline(stdout, new PassThrough()))).toMatchObject({
        code: 'ERR_OUTPUT_DISCARDED',
      });
      const listener = new Promise((resolve) => stdout.once('error', resolve));
      stdout.on('data', () => {});
      expect(await listener).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
      await transport[Symbol.asyncDispose]();
    },
  );

  it('is discarded while the child runs, and a late reader gets an error immediately', async () => {
    const { transport, stdout } = await start(['zeros:3000000', 'drain', 'zeros:3000000']);
    transport.stdin?.on('drain', () => {});
    const waiting = transport.wait();
    await waitUntil(() => transport.progress()?.bytesReceived === 3_000_000, { what: 'output' });
    await turn();
    expect(await errorOf(text(stdout))).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
    transport.stdin?.end();
    expect((await waiting).success).toBe(true);
    await transport[Symbol.asyncDispose]();
  });

  it('after once() makes the next reader fail instead of delivering a part', async () => {
    const { transport, stdout } = await start(['out:one', 'drain', 'zeros:3000000', 'drain']);
    await new Promise((resolve) => stdout.once('data', resolve));
    transport.stdin?.end();
    await waitUntil(() => (transport.progress()?.bytesReceived ?? 0) > 3, { what: 'output' });
    expect(await errorOf(text(stdout))).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
    await transport[Symbol.asyncDispose]();
  });

  it('after once() makes a reader fail that comes after the end', async () => {
    const { transport, stdout } = await start(['out:one', 'drain', 'zeros:3000000']);
    await new Promise((resolve) => stdout.once('data', resolve));
    const closed = new Promise<void>((resolve) => stdout.once('close', resolve));
    transport.stdin?.end();
    await closed;
    expect(await errorOf(text(stdout))).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
    await transport[Symbol.asyncDispose]();
  });

  it('may be drained by resume(), which ends cleanly', async () => {
    const { transport, stdout } = await start(['zeros:3000000']);
    const ended = new Promise((resolve) => stdout.once('end', () => resolve('end')));
    stdout.resume();
    expect((await transport.wait()).success).toBe(true);
    expect(await ended).toBe('end');
    await transport[Symbol.asyncDispose]();
  });

  it('that is empty ends cleanly for a late reader', async () => {
    const { transport, stdout } = await start([]);
    await transport.wait();
    expect(await text(stdout)).toBe('');
    await transport[Symbol.asyncDispose]();
  });

  it('is kept for a reader as long as wait() is not called', async () => {
    const { transport, stdout } = await start(['out:kept']);
    await exited(transport);
    expect(await text(stdout)).toBe('kept');
    await transport[Symbol.asyncDispose]();
  });
});

describe('an interrupted wire ends with an error', () => {
  const running = ['out:partial', 'sleep:60000'];

  it('after kill(), which names the signal', async () => {
    const { transport, stdout } = await start(running);
    const reading = errorOf(text(stdout));
    const waiting = transport.wait();
    transport.kill('SIGINT');
    expect(await waiting).toMatchObject({ signal: 'SIGINT' });
    const error = await reading;
    expect(error).toMatchObject({ code: 'ERR_KILLED' });
    expect(error?.message).toContain('SIGINT');
    await transport[Symbol.asyncDispose]();
  });

  it('after a watchdog, with its error', async () => {
    const { transport, stdout } = await start(['sleep:60000'], {}, { ioTimeoutMs: 200 });
    const piping = errorOf(pipeline(stdout, new PassThrough().resume()));
    const waited = await errorOf(transport.wait());
    expect(waited?.code).toBe('ERR_IO_TIMEOUT');
    expect(await piping).toBe(waited);
    await transport[Symbol.asyncDispose]();
  });

  it.each([
    ['an error', new Error('stop')],
    ['a string', 'stop'],
    ['nothing', null],
  ])('after an abort whose reason is %s', async (_, reason) => {
    const controller = new AbortController();
    const { transport, stdout } = await start(running, { signal: controller.signal });
    const reading = errorOf(text(stdout));
    const waiting = transport.wait().then(
      () => 'resolved',
      (error: unknown) => error,
    );
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    const error = await reading;
    if (reason instanceof Error) expect(error).toBe(reason);
    else expect(error?.cause).toBe(reason);
    await transport[Symbol.asyncDispose]();
  });

  it('after disposal', async () => {
    const { transport, stdout } = await start(running);
    const reading = errorOf(text(stdout));
    await transport[Symbol.asyncDispose]();
    expect(await reading).toMatchObject({ code: 'ERR_DISPOSED' });
  });

  it('after the timeout of wait(), whose status names the signal', async () => {
    const { transport, stdout } = await start(running);
    const reading = errorOf(text(stdout));
    expect(await transport.wait({ timeoutMs: 100 })).toMatchObject({ signal: 'SIGTERM' });
    expect(await reading).toMatchObject({ code: 'ERR_WAIT_TIMEOUT' });
    await transport[Symbol.asyncDispose]();
  });

  // Windows has no signal that a process can handle.
  it.skipIf(process.platform === 'win32')(
    'but not if the child handles the signal and exits successfully',
    async () => {
      const script = `process.on('SIGINT', () => process.stdout.write('goodbye', () => process.exit(0)));
      process.stdout.write('ready '); setInterval(() => {}, 1000)`;
      const transport = await AsyncSshTransport.spawn(
        SshCommand.raw(process.execPath, ['-e', script]),
        quiet,
      );
      const stdout = transport.stdout as Readable;
      const output = text(stdout);
      await waitUntil(() => transport.progress()?.bytesReceived === 6, { what: 'the handler' });
      transport.kill('SIGINT');
      expect((await transport.wait()).success).toBe(true);
      expect(await output).toBe('ready goodbye');
      await transport[Symbol.asyncDispose]();
    },
  );
});

describe('stdin', () => {
  const chunks = Array.from({ length: 20 }, (_, i) => Buffer.alloc(10_000, i));

  it('is left open for a caller that writes after calling wait()', async () => {
    const { transport, stdout } = await start(['count']);
    const output = text(stdout);
    const waiting = transport.waitWithStderr();
    for (const chunk of chunks) {
      transport.stdin?.write(chunk);
      await delay(2);
    }
    transport.stdin?.end();
    expect((await waiting).status.success).toBe(true);
    expect(await output).toBe('200000\n');
    await transport[Symbol.asyncDispose]();
  });

  it('is left open for pipeline() and pipe() until they have finished', async () => {
    async function* source() {
      for (const chunk of chunks) yield (await delay(2), chunk);
    }
    for (const how of ['generator', 'stream', 'pipe'] as const) {
      const { transport, stdout } = await start(['count']);
      const output = text(stdout);
      const stdin = transport.stdin as Writable;
      const waiting = transport.wait();
      const from = new PassThrough();
      if (how === 'generator') void pipeline(source, stdin);
      if (how === 'stream') void pipeline(from, stdin);
      if (how === 'pipe') from.pipe(stdin);
      if (how !== 'generator') for await (const chunk of source()) from.write(chunk);
      from.end();
      expect((await waiting).success).toBe(true);
      expect(await output).toBe('200000\n');
      await transport[Symbol.asyncDispose]();
    }
  });

  it('is not ended between two writes that the caller awaits', async () => {
    const { transport, stdout } = await start(['sleep:100', 'count']);
    const output = text(stdout);
    const stdin = transport.stdin as Writable;
    const write = (bytes: Buffer) => new Promise((resolve) => stdin.write(bytes, resolve));
    const first = write(Buffer.alloc(2_000_000));
    const waiting = transport.wait();
    await first;
    await write(Buffer.alloc(1_000_000));
    stdin.end();
    expect((await waiting).success).toBe(true);
    expect(await output).toBe('3000000\n');
    await transport[Symbol.asyncDispose]();
  });

  it('that was ended by wait() makes later writes and wait() fail', async () => {
    const { transport } = await start(['drain', 'sleep:100']);
    const waiting = errorOf(transport.wait());
    await waitUntil(() => transport.stdin?.writableEnded === true, { what: 'the end of stdin' });
    transport.stdin?.write('too late');
    expect(await waiting).toMatchObject({ code: 'ERR_TRANSPORT_STATE' });
    await transport[Symbol.asyncDispose]();
  });

  it('is untouched by `exited`', async () => {
    const { transport } = await start(['count', 'exit:6']);
    void transport.exited;
    await delay(30);
    expect(transport.stdin?.writable).toBe(true);
    transport.stdin?.end();
    expect(await transport.exited).toMatchObject({ code: 6 });
    await transport[Symbol.asyncDispose]();
  });
});

it('the connect watchdog does not count bytes that are only buffered in the socket', async () => {
  const { transport } = await start(['sleep:60000'], {}, { connectTimeoutMs: 300 });
  transport.stdin?.write(Buffer.alloc(4_194_304));
  expect(await errorOf(transport.wait())).toMatchObject({ code: 'ERR_CONNECT_TIMEOUT' });
  await transport[Symbol.asyncDispose]();
});

it('counts the bytes of both directions, and records the time of the last ones', async () => {
  const before = Date.now();
  const { transport, stdout } = await start(['cat']);
  transport.stdin?.end(Buffer.alloc(70_000));
  expect((await buffer(stdout)).length).toBe(70_000);
  await transport.wait();
  const progress = transport.progress();
  expect(progress).toMatchObject({ bytesReceived: 70_000, bytesSent: 70_000 });
  expect(progress?.lastActivityAt).toBeGreaterThanOrEqual(before);
  expect(progress?.lastActivityAt).toBeLessThanOrEqual(Date.now());
  await transport[Symbol.asyncDispose]();
});

it('does not count the bytes of a failed write as sent', async () => {
  const { transport } = await start(['exit:6']);
  transport.stdin?.end(Buffer.alloc(10_000_000));
  expect((await transport.wait()).code).toBe(6);
  expect(transport.progress()?.bytesSent).toBeLessThan(10_000_000);
});

it('does not count the bytes of an unfinished write as sent when stdin is destroyed', async () => {
  const { transport } = await start(['sleep:60000']);
  transport.stdin?.end(Buffer.alloc(10_000_000));
  await turn();
  transport.stdin?.destroy();
  transport.kill();
  await errorOf(transport.wait());
  expect(transport.progress()?.bytesSent).toBeLessThan(10_000_000);
});

it('counts the bytes of finished writes after the exit of a child that read them', async () => {
  const { transport } = await start(['line', 'exit:0']);
  transport.stdin?.write('twelve bytes\n');
  await exited(transport);
  expect(transport.progress()?.bytesSent).toBe(13);
  await transport[Symbol.asyncDispose]();
});

describe('options', () => {
  it.each([undefined, {}, { backends: null }])(
    'without backends are refused: %j',
    async (options) => {
      const command = SshCommand.raw('no-such-program');
      const error = await errorOf(AsyncSshTransport.spawn(command, options as never));
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error?.message).toMatch(/^backends must be an array of backends.*@rsync-io\/ssh/);
      for (const method of ['connect', 'executeRemoteRsync'] as const) {
        const call = (AsyncSshTransport[method] as (...args: unknown[]) => Promise<unknown>)(
          'host',
          ...(method === 'connect' ? [{}, options] : [[], {}, options]),
        );
        await expect(call).rejects.toBeInstanceOf(InvalidOptionError);
      }
    },
  );

  it.each([-1, Number.NaN, '5', 2 ** 31])(
    'with the timeout %j for wait() are refused',
    async (ms) => {
      const { transport } = await start(['drain']);
      await expect(transport.wait({ timeoutMs: ms as number })).rejects.toBeInstanceOf(
        InvalidOptionError,
      );
      expect((await transport.wait()).success).toBe(true);
      await transport[Symbol.asyncDispose]();
    },
  );
});
