import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import type { StderrEndpoint } from '../../src/trait/trait.js';

/** An endpoint of a platform whose kernel does not report an empty queue, as on Windows. */
function unknowing() {
  const stream = new PassThrough();
  const child = Object.assign(new EventEmitter(), { exitCode: null, signalCode: null });
  const endpoint: StderrEndpoint = {
    backend: 'pipe',
    childStdio: 'pipe',
    attach: () => stream,
    shutdownRead: () => stream.destroy(),
    dispose: () => stream.destroy(),
  };
  const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, {
    forward: false,
  });
  return {
    stream,
    channel: channel as NonNullable<typeof channel>,
    exit: () => child.emit('exit', 0, null),
  };
}

describe('the end of stderr where the kernel cannot report an empty queue', () => {
  it('is a quiet period that every chunk restarts', async () => {
    const { stream, channel, exit } = unknowing();
    exit();
    for (let i = 0; i < 5; i++) {
      stream.write(`${i}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(channel.snapshot().ended).toBeNull();
    }
    await channel.join();
    expect(Buffer.from(channel.collected()).toString()).toBe('01234');
    expect(channel.snapshot().ended).toBe('abandoned');
    stream.destroy();
  });

  it('is the end of the stream, if that comes first', async () => {
    const { stream, channel, exit } = unknowing();
    exit();
    stream.end('all');
    await channel.join();
    expect(Buffer.from(channel.collected()).toString()).toBe('all');
    expect(channel.snapshot().ended).toBe('eof');
  });

  it('arrives even if another process never stops writing', async () => {
    const { stream, channel, exit } = unknowing();
    const chatter = setInterval(() => stream.write('x'), 10);
    exit();
    await channel.join();
    expect(channel.snapshot().ended).toBe('abandoned');
    const frozen = channel.collected().length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(channel.collected()).toHaveLength(frozen);
    clearInterval(chatter);
    stream.destroy();
  });

  it('can be a reset, which is how Windows reports a killed child', async () => {
    const { stream, channel } = unknowing();
    stream.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    await channel.join();
    expect(channel.snapshot().ended).toBe('eof');
  });

  it('is an error if reading fails for another reason', async () => {
    const { stream, channel } = unknowing();
    stream.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }));
    await channel.join();
    expect(channel.snapshot().ended).toBe('error');
  });
});
