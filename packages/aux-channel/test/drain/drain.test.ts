import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import type { DrainOptions } from '../../src/drain/drain-options.js';
import {
  DRAIN_JOIN_TIMEOUT_MS,
  type QueueState,
  type ReadSink,
  type StderrEndpoint,
} from '../../src/trait/trait.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A child with an endpoint whose every step is the test's. */
function rig(options: DrainOptions = {}, exited: Partial<ChildProcess> = {}) {
  const log: string[] = [];
  const stream = Object.assign(
    new Readable({
      read: () => undefined,
      destroy: (error, done) => {
        log.push('destroyed');
        done(error);
      },
    }),
    { unref: () => void log.push('unref') },
  );
  const child = Object.assign(new EventEmitter(), { exitCode: null, signalCode: null, ...exited });
  const queue = { chunks: [] as string[], state: 'open' as QueueState };
  let sink: ReadSink | undefined;
  const endpoint: StderrEndpoint = {
    backend: 'socketpair',
    childStdio: 'pipe',
    attach: (_child, given) => {
      sink = given;
      return stream;
    },
    takeQueued: (receive) => {
      log.push('takeQueued');
      for (const chunk of queue.chunks.splice(0)) receive(Buffer.from(chunk));
      return queue.state;
    },
    shutdownRead: () => void log.push('shutdownRead'),
    dispose: () => void log.push('dispose'),
  };
  const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, {
    forward: false,
    ...options,
  });
  if (channel === null) throw new Error('There is an endpoint.');
  return {
    channel,
    stream,
    log,
    queue,
    get sink() {
      return sink as ReadSink;
    },
    text: () => Buffer.from(channel.collected()).toString(),
    ended: () => channel.snapshot().ended,
    exit: () => child.emit('exit', 1, null),
    exits: () => child.listenerCount('exit'),
  };
}

describe('the drain', () => {
  it('accepts bytes as events or in its own buffer', async () => {
    const { stream, sink, channel, text } = rig();
    stream.push('ab');
    await turn();
    sink.buffer.set(Buffer.from('cd'));
    expect(sink.onChunk(sink.buffer.subarray(0, 2))).toBe(true);
    sink.buffer.fill(0);
    expect(text()).toBe('abcd');
    expect(channel.snapshot()).toMatchObject({
      totalBytes: 4,
      discardedBytes: 0,
      droppedWarnings: 0,
      backend: 'socketpair',
      ended: null,
    });
    expect(channel.backend).toBe('socketpair');
  });

  it('shares one read buffer of 256 KiB among all channels of the thread', () => {
    expect(rig().sink.buffer).toBe(rig().sink.buffer);
    expect(rig().sink.buffer).toHaveLength(262_144);
  });

  it('ends with the stream, and accepts nothing afterwards', async () => {
    const onClosed = vi.fn();
    const { stream, ended, channel, log, exit, text } = rig({ onClosed });
    stream.push('all');
    stream.push(null);
    await turn();
    expect(ended()).toBe('eof');
    await turn();
    expect(onClosed).toHaveBeenCalledTimes(1);
    exit();
    expect(log).toEqual(['destroyed']);
    await channel.join();
    expect(text()).toBe('all');
  });

  it.each([
    ['ECONNRESET', 'eof'],
    ['EIO', 'error'],
  ])('treats %s as %s', async (code, end) => {
    const { stream, ended } = rig();
    stream.destroy(Object.assign(new Error(code), { code }));
    await turn();
    expect(ended()).toBe(end);
  });

  it('treats a close without an end as the end', async () => {
    const { stream, ended } = rig();
    stream.destroy();
    await turn();
    expect(ended()).toBe('eof');
  });
});

describe("at the child's exit", () => {
  it('is complete when nothing is queued and no writer is left', async () => {
    const { queue, exit, ended, text, log, channel } = rig();
    Object.assign(queue, { chunks: ['last ', 'words'], state: 'eof' });
    exit();
    expect(text()).toBe('last words');
    expect(ended()).toBe('eof');
    await channel.join();
    expect(log).toEqual(['takeQueued', 'destroyed']);
  });

  it('completes the capture if another process holds fd 2, and drains on without keeping the process running', async () => {
    const onClosed = vi.fn();
    const shown: string[] = [];
    const to = (chunk: Uint8Array) => void shown.push(Buffer.from(chunk).toString());
    const { queue, exit, ended, text, log, channel, stream } = rig({ forward: { to }, onClosed });
    queue.chunks = ['words\n'];
    exit();
    expect(ended()).toBe('abandoned');
    expect(log).toEqual(['takeQueued', 'unref']);
    await channel.join();
    stream.push('of a grandchild\n');
    await turn();
    stream.push('no line end');
    await turn();
    expect(text()).toBe('words\n');
    expect(channel.snapshot().totalBytes).toBe(6);
    expect(shown).toEqual(['words\n', 'of a grandchild\n']);
    expect(onClosed).not.toHaveBeenCalled();
    stream.push(null);
    await turn();
    await turn();
    expect(shown.at(-1)).toBe('no line end');
    expect(onClosed).toHaveBeenCalledTimes(1);
    expect(ended()).toBe('abandoned');
  });

  it('includes bytes that a paused stream had already read', () => {
    const { stream, exit, text, queue, channel } = rig();
    stream.pause();
    stream.push('held ');
    stream.push('back ');
    queue.chunks = ['queued'];
    exit();
    expect(text()).toBe('held back queued');
    expect(channel.snapshot().totalBytes).toBe(16);
  });

  it('is checked once, even if the child had already exited', async () => {
    for (const exited of [{ exitCode: 0 }, { signalCode: 'SIGKILL' as const }]) {
      const { ended, log, exit, exits } = rig({}, exited);
      expect(exits()).toBe(0);
      expect(ended()).toBeNull();
      await turn();
      expect(ended()).toBe('abandoned');
      exit();
      expect(log).toEqual(['takeQueued', 'unref']);
    }
  });

  describe('where the kernel cannot report an empty queue', () => {
    const unknowing = (options: DrainOptions = {}) => {
      const one = rig(options);
      one.queue.state = 'unknown';
      return one;
    };
    const quiet = async () => {
      vi.advanceTimersByTime(DRAIN_JOIN_TIMEOUT_MS);
      await turn();
    };

    it('waits for a quiet period', async () => {
      const { exit, ended } = unknowing();
      exit();
      vi.advanceTimersByTime(DRAIN_JOIN_TIMEOUT_MS - 1);
      await turn();
      expect(ended()).toBeNull();
      vi.advanceTimersByTime(1);
      expect(ended()).toBeNull(); // The loop looks at the stream once more.
      await turn();
      expect(ended()).toBe('abandoned');
    });

    it('waits again after every chunk, at most twenty times', async () => {
      const { exit, ended, stream, text } = unknowing();
      exit();
      for (let i = 0; i < 20; i++) {
        stream.push('x');
        await quiet();
        expect(ended()).toBeNull();
      }
      stream.push('x');
      await quiet();
      expect(ended()).toBe('abandoned');
      expect(text()).toBe('x'.repeat(21));
    });

    it('keeps reading even if the sink never catches up', async () => {
      const { exit, stream, text, ended } = unknowing({
        forward: { to: () => new Promise(() => undefined) },
      });
      stream.push('a\n');
      await turn();
      expect(stream.isPaused()).toBe(true);
      exit();
      stream.push('b\n');
      await turn();
      expect(text()).toBe('a\nb\n');
      stream.push(null);
      await turn();
      expect(ended()).toBe('eof');
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});

describe('a sink that is behind', () => {
  it('pauses reading until it has caught up', async () => {
    const waiting: (() => void)[] = [];
    const to = () => new Promise<void>((resolve) => waiting.push(resolve));
    const { stream, sink } = rig({ forward: { to } });
    expect(sink.onChunk(Buffer.from('one\n'))).toBe(false);
    stream.pause();
    waiting.shift()?.();
    await turn();
    expect(stream.isPaused()).toBe(false);
    stream.push('two\n');
    await turn();
    expect(stream.isPaused()).toBe(true);
    waiting.shift()?.();
    await turn();
    expect(stream.isPaused()).toBe(false);
  });
});

describe('join', () => {
  it('of a running child briefly waits for data, and leaves the channel open', async () => {
    const { channel, ended, stream, text } = rig();
    const joined = vi.fn();
    void channel.join().then(joined);
    vi.advanceTimersByTime(DRAIN_JOIN_TIMEOUT_MS - 1);
    await turn();
    expect(joined).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await turn();
    expect(joined).toHaveBeenCalledTimes(1);
    expect(ended()).toBeNull();
    stream.push('later');
    await turn();
    expect(text()).toBe('later');
  });

  it('of a running child ends early if its stderr ends, and leaves no timer', async () => {
    const { channel, stream } = rig();
    const joined = vi.fn();
    void channel.join().then(joined);
    stream.push(null);
    stream.resume();
    await turn();
    await turn();
    expect(joined).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('after the exit waits for the end without a time limit', async () => {
    const { channel, exit, queue, stream } = rig();
    queue.state = 'unknown';
    exit();
    const joined = vi.fn();
    void channel.join().then(joined);
    await turn();
    // No timer but the quiet period's own.
    expect(vi.getTimerCount()).toBe(1);
    stream.push(null);
    await turn();
    await turn();
    expect(joined).toHaveBeenCalledTimes(1);
  });

  it('recognizes an exit whose event has not been emitted', async () => {
    const { channel } = rig({}, { exitCode: 3 });
    await channel.join();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('also waits for the forwarding', async () => {
    let done = () => {};
    const to = () => new Promise<void>((resolve) => (done = resolve));
    const { channel, stream } = rig({ forward: { to } });
    stream.push('a\n');
    stream.push(null);
    await turn();
    const joined = vi.fn();
    void channel.join().then(joined);
    await turn();
    expect(joined).not.toHaveBeenCalled();
    done();
    await turn();
    expect(joined).toHaveBeenCalledTimes(1);
  });
});

describe('shutdownRead', () => {
  it('reads what is queued, then closes; a second call does nothing', async () => {
    const { channel, queue, ended, text, log, stream } = rig();
    queue.chunks = ['queued'];
    channel.shutdownRead();
    expect(text()).toBe('queued');
    expect(ended()).toBe('shutdown');
    expect(stream.destroyed).toBe(true);
    expect(log.slice(0, 2)).toEqual(['takeQueued', 'shutdownRead']);
    channel.shutdownRead();
    expect(log.filter((step) => step === 'takeQueued')).toHaveLength(1);
    await channel.join();
    expect(ended()).toBe('shutdown');
  });

  it('does not change a completed capture', async () => {
    const { channel, exit, ended, stream, queue, text } = rig();
    queue.chunks = ['a'];
    exit();
    queue.chunks = ['b'];
    channel.shutdownRead();
    expect(ended()).toBe('abandoned');
    expect(text()).toBe('a');
    await turn();
    expect(stream.destroyed).toBe(true);
  });

  it('works if the platform cannot read what is queued', () => {
    const stream = new Readable({ read: () => undefined });
    const endpoint: StderrEndpoint = {
      backend: 'pipe',
      childStdio: 'pipe',
      attach: () => stream,
      shutdownRead: () => undefined,
      dispose: () => undefined,
    };
    const child = Object.assign(new EventEmitter(), { exitCode: null, signalCode: null });
    const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, {
      forward: false,
    });
    channel?.shutdownRead();
    expect(channel?.snapshot().ended).toBe('shutdown');
  });
});
