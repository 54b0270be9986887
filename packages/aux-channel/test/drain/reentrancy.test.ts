import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import type { DrainOptions } from '../../src/drain/drain-options.js';
import { stderrLineChannel, type StderrLineMessage } from '../../src/trait/diagnostics.js';
import type { QueueState, StderrAuxChannel, StderrEndpoint } from '../../src/trait/trait.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A channel whose endpoint holds `queued` chunks; all reads share one buffer, as real ones do. */
function channelWith(queued: string[], options: DrainOptions) {
  const memory = Buffer.alloc(64);
  const stream = new Readable({ read: () => undefined });
  const child = Object.assign(new EventEmitter(), { pid: 1, exitCode: null, signalCode: null });
  let readsAfterClose = 0;
  const endpoint: StderrEndpoint = {
    backend: 'pipe',
    childStdio: 'pipe',
    attach: () => stream,
    takeQueued: (receive): QueueState => {
      for (let next; (next = queued.shift()) !== undefined;) {
        if (stream.destroyed) readsAfterClose += 1;
        memory.write(next);
        receive(memory.subarray(0, next.length));
      }
      return 'open';
    },
    shutdownRead: () => void stream.destroy(),
    dispose: () => undefined,
  };
  const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, options);
  if (channel === null) throw new Error('There is an endpoint.');
  return {
    channel,
    push: async (text: string) => {
      stream.push(text);
      await turn();
    },
    exit: () => child.emit('exit', 0, null),
    readsAfterClose: () => readsAfterClose,
  };
}

type Channel = StderrAuxChannel<Promise<void>>;
const unsubscribers: (() => void)[] = [];
afterEach(() => unsubscribers.splice(0).forEach((unsubscribe) => unsubscribe()));

/** Receives the lines of a channel in one of three ways, with one call for each line. */
const consumers: [string, (onLine: (line: string) => void) => DrainOptions][] = [
  ['a line listener', (onLine) => ({ forward: false, warnings: ({ text }) => onLine(text) })],
  [
    'a subscriber of diagnostics_channel',
    (onLine) => {
      const listen = (message: unknown) => onLine((message as StderrLineMessage).line.text);
      stderrLineChannel.subscribe(listen);
      unsubscribers.push(() => stderrLineChannel.unsubscribe(listen));
      return { forward: false };
    },
  ],
  [
    'a forward function',
    (onLine) => ({
      forward: {
        to: (chunk) => {
          for (const line of Buffer.from(chunk).toString().split('\n').slice(0, -1)) onLine(line);
        },
      },
    }),
  ],
];

describe.each(consumers)('%s', (_, consumer) => {
  it('may shut the channel down, and every line is delivered once and in order', async () => {
    const seen: string[] = [];
    const ends: unknown[] = [];
    const one: { channel?: Channel } = {};
    const { channel, push } = channelWith(
      ['three\nfo', 'ur\n'],
      consumer((line) => {
        seen.push(line);
        if (line !== 'one') return;
        one.channel?.shutdownRead();
        ends.push(one.channel?.snapshot().ended, one.channel?.snapshot().totalBytes);
      }),
    );
    one.channel = channel;
    await push('one\ntwo\n');
    expect(seen).toEqual(['one', 'two', 'three', 'four']);
    expect(ends).toEqual(['shutdown', 19]);
    await channel.join();
    expect(Buffer.from(channel.collected()).toString()).toBe('one\ntwo\nthree\nfour\n');
    expect(channel.snapshot()).toMatchObject({ totalBytes: 19, droppedWarnings: 0 });
  });

  it('may shut the channel down while queued bytes are read at the exit', async () => {
    const seen: string[] = [];
    const one: { channel?: Channel } = {};
    const { channel, exit, readsAfterClose } = channelWith(
      ['one\n', 'two\nthr', 'ee\n'],
      consumer((line) => {
        seen.push(line);
        one.channel?.shutdownRead();
      }),
    );
    one.channel = channel;
    exit();
    await channel.join();
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(channel.snapshot()).toMatchObject({ ended: 'shutdown', totalBytes: 14 });
    // The number may stand for another file by then.
    expect(readsAfterClose()).toBe(0);
  });

  it('may shut another channel down, whose lines are delivered completely', async () => {
    const seen: string[] = [];
    const other: { channel?: Channel } = {};
    const options = consumer((line) => {
      seen.push(line);
      if (line === 'a1') other.channel?.shutdownRead();
    });
    const a = channelWith([], options);
    const b = channelWith(['b1\nb2\n', 'b3\n'], options);
    other.channel = b.channel;
    await a.push('a1\na2\n');
    await turn();
    expect(seen.filter((line) => line.startsWith('a'))).toEqual(['a1', 'a2']);
    expect(seen.filter((line) => line.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
    expect(b.channel.snapshot()).toMatchObject({ ended: 'shutdown', totalBytes: 9 });
  });

  it('may wait for the channel', async () => {
    const seen: string[] = [];
    const joins: Promise<void>[] = [];
    const one: { channel?: Channel } = {};
    const { channel, push, exit } = channelWith(
      ['two\n'],
      consumer((line) => {
        seen.push(line);
        if (one.channel !== undefined) joins.push(one.channel.join());
      }),
    );
    one.channel = channel;
    await push('one\n');
    exit();
    await Promise.all(joins);
    expect(seen).toEqual(['one', 'two']);
  });
});

it('a line listener that is called between turns may shut the channel down', async () => {
  const seen: number[] = [];
  const one: { channel?: Channel } = {};
  const spin = () => {
    const until = performance.now() + 0.5;
    while (performance.now() < until);
  };
  const { channel, push } = channelWith(['300\n301\n'], {
    forward: false,
    warnings: ({ text }) => {
      seen.push(Number(text));
      spin();
      // By then the listener has used up its first turn.
      if (text === '290') one.channel?.shutdownRead();
    },
  });
  one.channel = channel;
  await push(Array.from({ length: 300 }, (_, i) => `${i}\n`).join(''));
  while (seen.length < 302) await turn();
  expect(seen).toEqual(Array.from({ length: 302 }, (_, i) => i));
  expect(channel.snapshot().droppedWarnings).toBe(0);
});
