import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SINK_STALL_LIMIT_MS } from '../../src/forward/stall-watch.js';
import { StreamSink } from '../../src/forward/stream-sink.js';

afterEach(() => void vi.useRealTimers());

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A stream whose writes end when the test calls for it. */
function slow(highWaterMark = 4) {
  const seen: string[] = [];
  const dones: ((error?: Error) => void)[] = [];
  const stream = new Writable({
    highWaterMark,
    write: (chunk: Buffer, _encoding, done) => {
      seen.push(chunk.toString());
      dones.push(done);
    },
  });
  return { stream, seen, done: (error?: Error) => dones.shift()?.(error) };
}

describe('a stream as sink', () => {
  it('is a terminal if the stream is one', () => {
    expect(new StreamSink(new PassThrough()).isTerminal).toBe(false);
    expect(new StreamSink(Object.assign(new PassThrough(), { isTTY: true })).isTerminal).toBe(true);
  });

  it('gets a copy, because the caller reuses its memory', async () => {
    const stream = new PassThrough();
    const lent = Buffer.from('ab');
    expect(new StreamSink(stream).write(lent)).toBe(true);
    lent.fill('x');
    await turn();
    expect((stream.read() as Buffer).toString()).toBe('ab');
  });

  it('is behind from the high-water mark until the drain', async () => {
    const { stream, seen, done } = slow();
    const sink = new StreamSink(stream);
    expect(sink.write(Buffer.from('abc'))).toBe(true);
    expect(sink.write(Buffer.from('def'))).toBe(false);
    const ready = vi.fn();
    sink.onceReady(ready);
    done();
    await turn();
    expect(ready).not.toHaveBeenCalled();
    done();
    await turn();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['abc', 'def']);
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(2);
    expect(sink.write(Buffer.from('g'))).toBe(true);
  });

  it('is flushed when the last write is done', async () => {
    const { stream, done } = slow();
    const sink = new StreamSink(stream);
    await sink.flushed();
    sink.write(Buffer.from('ab'));
    sink.write(Buffer.from('cd'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    done();
    await turn();
    expect(flushed).not.toHaveBeenCalled();
    done();
    await turn();
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['fails', (stream: Writable) => stream.destroy(new Error('no'))],
    ['is closed', (stream: Writable) => stream.destroy()],
  ])('that %s accepts nothing more, and blocks nobody', async (_, end) => {
    const { stream, seen } = slow(1);
    const sink = new StreamSink(stream);
    expect(sink.write(Buffer.from('ab'))).toBe(false);
    const ready = vi.fn();
    sink.onceReady(ready);
    const flushed = sink.flushed();
    end(stream);
    await turn();
    expect(ready).toHaveBeenCalledTimes(1);
    await flushed;
    expect(sink.usable).toBe(false);
    expect(sink.write(Buffer.from('cd'))).toBe(true);
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(2);
    await sink.flushed();
    expect(seen).toEqual(['ab']);
  });

  it('that was ended by its owner accepts nothing more', async () => {
    const stream = new PassThrough();
    const sink = new StreamSink(stream);
    stream.end();
    expect(sink.usable).toBe(false);
    expect(sink.write(Buffer.from('late'))).toBe(true);
    await sink.flushed();
  });

  it('that throws on a write has failed', () => {
    const stream = new PassThrough();
    stream.write = () => {
      throw new Error('no');
    };
    const sink = new StreamSink(stream);
    expect(sink.write(Buffer.from('a'))).toBe(true);
    expect(sink.usable).toBe(false);
  });

  it('that is not a socket may keep its chunks', async () => {
    const stream = new PassThrough({ highWaterMark: 10_000_000 });
    const sink = new StreamSink(stream);
    const chunks = Array.from({ length: 12 }, (_, i) => new Uint8Array(20_000).fill(i));
    for (const chunk of chunks) {
      sink.write(chunk);
      await turn();
    }
    // Newer Node gives a chunk at a time.
    const kept: Buffer[] = [];
    for (let next = stream.read(); next !== null; next = stream.read()) kept.push(next as Buffer);
    expect(Buffer.concat(kept)).toEqual(Buffer.concat(chunks));
  });

  it('that is a socket gets every byte from reused memory', async () => {
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('end', () => server.close());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket: Socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    await once(socket, 'connect');
    const sink = new StreamSink(socket);
    const lent = new Uint8Array(40_000);
    for (let i = 0; i < 50; i++) {
      if (!sink.write(lent.fill(i))) await new Promise<void>((resolve) => sink.onceReady(resolve));
    }
    await sink.flushed();
    socket.end();
    await once(server, 'close');
    const all = Buffer.concat(received);
    expect(all).toHaveLength(50 * 40_000);
    expect(all.every((byte, at) => byte === Math.floor(at / 40_000))).toBe(true);
  });

  it('is flushed when the bytes before the flush are written, regardless of later bytes', async () => {
    const { stream, done } = slow();
    const sink = new StreamSink(stream);
    sink.write(Buffer.from('ab'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    sink.write(Buffer.from('of another channel'));
    done();
    await turn();
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a slow stream', () => slow(1).stream],
    ['a PassThrough that nobody reads', () => new PassThrough({ highWaterMark: 1 })],
  ])('that its owner ends while it is behind, %s, blocks nobody', async (_, make) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stream = make();
    const sink = new StreamSink(stream);
    while (sink.write(Buffer.from('ab')));
    const ready = vi.fn();
    sink.onceReady(ready);
    stream.end();
    await turn();
    vi.advanceTimersByTime(100);
    expect(ready).toHaveBeenCalledTimes(1);
    expect(sink.usable).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    await sink.flushed();
  });

  it('that never drains fails eventually, and one that drains slowly does not', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { stream, done } = slow(1);
    const sink = new StreamSink(stream);
    for (let i = 0; i < 3; i++) sink.write(Buffer.from('ab'));
    const ready = vi.fn();
    sink.onceReady(ready);
    vi.advanceTimersByTime(SINK_STALL_LIMIT_MS - 100);
    done();
    await turn();
    vi.advanceTimersByTime(SINK_STALL_LIMIT_MS - 100);
    expect(sink.usable).toBe(true);
    expect(ready).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(sink.usable).toBe(false);
    expect(ready).toHaveBeenCalledTimes(1);
    done(); // Too late.
    await turn();
    await sink.flushed();
  });

  it("that is this process's own output may be paused for any length of time", () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const sink = new StreamSink(Object.assign(slow(1).stream, { fd: 2 }));
    sink.write(Buffer.from('ab'));
    vi.advanceTimersByTime(SINK_STALL_LIMIT_MS * 100);
    expect(sink.usable).toBe(true);
  });
});
