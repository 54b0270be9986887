import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FdSink } from '../../src/forward/fd-sink.js';
import { FLUSH_STALL_MS } from '../../src/forward/flush.js';

/** A descriptor that takes what its script says: a number of bytes, or an error. After it, everything. */
const fs = vi.hoisted(() => ({
  script: [] as (number | string)[],
  written: [] as string[],
  calls: 0,
}));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  writeSync: (_fd: number, bytes: Uint8Array, offset: number, length: number) => {
    fs.calls += 1;
    const next = fs.script.shift() ?? length;
    if (typeof next === 'string') throw Object.assign(new Error(next), { code: next });
    const count = Math.min(next, length);
    fs.written.push(Buffer.from(bytes.subarray(offset, offset + count)).toString());
    return count;
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(fs, { script: [], written: [], calls: 0 });
});
afterEach(() => void vi.useRealTimers());

const FD = 99;
const text = () => fs.written.join('');
const bytes = (content: string) => Buffer.from(content);

describe('a descriptor as sink', () => {
  it('is written at once, in one call', () => {
    const sink = new FdSink(FD);
    expect(sink.isTerminal).toBe(false);
    expect(sink.write(bytes('one\n'))).toBe(true);
    expect(fs.written).toEqual(['one\n']);
    expect(sink.usable).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on after a short write and after an interrupted one', () => {
    fs.script = [2, 'EINTR'];
    expect(new FdSink(FD).write(bytes('abcdef'))).toBe(true);
    expect(fs.written).toEqual(['ab', 'cdef']);
  });

  it('keeps what does not fit, in order, and says when it has gone', () => {
    fs.script = [2, 'EAGAIN', 'EAGAIN', 1, 'EAGAIN'];
    const sink = new FdSink(FD);
    const lent = bytes('abcdef');
    expect(sink.write(lent)).toBe(false);
    lent.fill('x');
    expect(sink.write(bytes('ghi'))).toBe(false);
    const ready = vi.fn();
    sink.onceReady(ready);
    expect(vi.getTimerCount()).toBe(1);

    vi.advanceTimersByTime(1); // The first try: the descriptor is still full.
    expect(text()).toBe('ab');
    vi.advanceTimersByTime(1);
    expect(text()).toBe('ab');
    vi.advanceTimersByTime(1); // Two milliseconds after the first: one byte goes.
    expect(text()).toBe('abc');
    expect(ready).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1); // After progress it is tried soon again.
    expect(text()).toBe('abcdefghi');
    expect(vi.getTimerCount()).toBe(0);
    expect(sink.write(bytes('!'))).toBe(true);
    expect(text()).toBe('abcdefghi!');
  });

  it('tries a full descriptor every 20 ms at most, without spinning', () => {
    fs.script = Array.from({ length: 1_000 }, () => 'EAGAIN');
    const sink = new FdSink(FD);
    sink.write(bytes('a'));
    vi.advanceTimersByTime(1 + 2 + 4 + 8 + 16 + 20 * 10);
    // The write itself, then after 1, 2, 4, 8, 16 and ten times 20 ms.
    expect(fs.calls).toBe(1 + 5 + 10);
  });

  it('is ready at once when nothing waits', async () => {
    const ready = vi.fn();
    const sink = new FdSink(FD);
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(1);
    await sink.flushed();
  });

  it('is flushed when the last byte has gone', async () => {
    fs.script = ['EAGAIN', 1, 'EAGAIN'];
    const sink = new FdSink(FD);
    sink.write(bytes('ab'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    await vi.advanceTimersByTimeAsync(1);
    expect(text()).toBe('a');
    expect(flushed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(text()).toBe('ab');
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it('gives a flush up that makes no progress, and keeps the bytes', async () => {
    fs.script = Array.from({ length: 1_000 }, () => 'EAGAIN');
    const sink = new FdSink(FD);
    sink.write(bytes('ab'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    await vi.advanceTimersByTimeAsync(FLUSH_STALL_MS - 1);
    expect(flushed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(flushed).toHaveBeenCalledTimes(1);
    fs.script = [];
    await vi.advanceTimersByTimeAsync(20);
    expect(text()).toBe('ab');
  });

  it('counts the stall of a flush from its last progress', async () => {
    const sink = new FdSink(FD);
    fs.script = Array.from({ length: 1_000 }, () => 'EAGAIN');
    sink.write(bytes('abc'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    await vi.advanceTimersByTimeAsync(FLUSH_STALL_MS - 100);
    fs.script.unshift(1);
    await vi.advanceTimersByTimeAsync(FLUSH_STALL_MS - 100);
    expect(text()).toBe('a');
    expect(flushed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it('that fails takes nothing more, and holds nobody up', () => {
    fs.script = ['EPIPE'];
    const sink = new FdSink(FD);
    expect(sink.write(bytes('ab'))).toBe(true);
    expect(sink.usable).toBe(false);
    expect(sink.write(bytes('cd'))).toBe(true);
    expect(fs.calls).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails later drops what waits, and says so', async () => {
    fs.script = ['EAGAIN', 'EIO'];
    const sink = new FdSink(FD);
    expect(sink.write(bytes('ab'))).toBe(false);
    expect(sink.write(bytes('cd'))).toBe(false);
    const ready = vi.fn();
    sink.onceReady(ready);
    const flushed = sink.flushed();
    vi.advanceTimersByTime(1);
    expect(sink.usable).toBe(false);
    expect(ready).toHaveBeenCalledTimes(1);
    await flushed;
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(fs.calls).toBe(2);
    expect(text()).toBe('');
  });

  it('is asked before each write, where the thread must not wait', () => {
    const answers = [true, true, false, true];
    const sink = new FdSink(FD, { bytes: 4, isWritable: () => answers.shift() ?? true });
    expect(sink.write(bytes('abcdefghij'))).toBe(false);
    // No more at once than a writable pipe takes without waiting.
    expect(fs.written).toEqual(['abcd', 'efgh']);
    vi.advanceTimersByTime(1);
    expect(fs.written).toEqual(['abcd', 'efgh', 'ij']);
  });
});
