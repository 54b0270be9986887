import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FdSink } from '../../src/forward/fd-sink.js';
import { FLUSH_STALL_MS } from '../../src/forward/progress.js';

/** A descriptor that follows a script: a number of bytes accepted, or an error. After it, it accepts all. */
const fs = vi.hoisted(() => ({
  script: [] as (number | string)[],
  written: [] as string[],
  calls: 0,
  closed: 0,
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
  Object.assign(fs, { script: [], written: [], calls: 0, closed: 0 });
});
afterEach(() => void vi.useRealTimers());

const FD = 99;
const OWN = { fd: FD, close: () => void (fs.closed += 1) };
const text = () => fs.written.join('');
const bytes = (content: string) => Buffer.from(content);

describe('a descriptor as sink', () => {
  it('is written immediately, in one call', () => {
    const sink = new FdSink(FD, OWN);
    expect(sink.isTerminal).toBe(false);
    expect(sink.write(bytes('one\n'))).toBe(true);
    expect(fs.written).toEqual(['one\n']);
    expect(sink.usable).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('continues after a short or interrupted write', () => {
    fs.script = [2, 'EINTR'];
    expect(new FdSink(FD, OWN).write(bytes('abcdef'))).toBe(true);
    expect(fs.written).toEqual(['ab', 'cdef']);
  });

  it('keeps what does not fit, in order, and reports when it is written', () => {
    fs.script = [2, 'EAGAIN', 'EAGAIN', 1, 'EAGAIN'];
    const sink = new FdSink(FD, OWN);
    sink.retain();
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
    expect(ready).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1); // After progress it is tried soon again.
    expect(text()).toBe('abcdefghi');
    expect(ready).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(sink.write(bytes('!'))).toBe(true);
    expect(text()).toBe('abcdefghi!');
  });

  it('retries a full descriptor at most every 20 ms, without spinning', () => {
    fs.script = Array.from({ length: 1_000 }, () => 'EAGAIN');
    const sink = new FdSink(FD, OWN);
    sink.write(bytes('a'));
    vi.advanceTimersByTime(1 + 2 + 4 + 8 + 16 + 20 * 10);
    // The write itself, then after 1, 2, 4, 8, 16 and ten times 20 ms.
    expect(fs.calls).toBe(1 + 5 + 10);
  });

  it('is ready immediately if nothing is pending', async () => {
    const ready = vi.fn();
    const sink = new FdSink(FD, OWN);
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(1);
    await sink.flushed();
  });

  it('is flushed when the last byte is written', async () => {
    fs.script = ['EAGAIN', 1, 'EAGAIN'];
    const sink = new FdSink(FD, OWN);
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

  it('gives up a flush without progress, and keeps the bytes', async () => {
    fs.script = Array.from({ length: 1_000 }, () => 'EAGAIN');
    const sink = new FdSink(FD, OWN);
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
    const sink = new FdSink(FD, OWN);
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

  it('that fails accepts nothing more, and blocks nobody', () => {
    fs.script = ['EPIPE'];
    const sink = new FdSink(FD, OWN);
    expect(sink.write(bytes('ab'))).toBe(true);
    expect(sink.usable).toBe(false);
    expect(sink.write(bytes('cd'))).toBe(true);
    expect(fs.calls).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails later drops pending bytes, and reports it', async () => {
    fs.script = ['EAGAIN', 'EIO'];
    const sink = new FdSink(FD, OWN);
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

  it('is probed before each write in a thread that must not block', () => {
    const answers = [true, true, false, true];
    const sink = new FdSink(FD, OWN, { bytes: 4, isWritable: () => answers.shift() ?? true });
    expect(sink.write(bytes('abcdefghij'))).toBe(false);
    // No more at once than a writable pipe takes without waiting.
    expect(fs.written).toEqual(['abcd', 'efgh']);
    vi.advanceTimersByTime(1);
    expect(fs.written).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('is behind as long as any byte is pending', () => {
    fs.script = ['EAGAIN', 1, 1, 'EAGAIN'];
    const sink = new FdSink(FD, OWN);
    sink.retain();
    sink.write(bytes('abc'));
    const ready = vi.fn();
    sink.onceReady(ready);
    vi.advanceTimersByTime(1);
    expect(text()).toBe('ab');
    expect(ready).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(text()).toBe('abc');
    expect(ready).toHaveBeenCalledTimes(1);
  });

  it('waits in a flush for the bytes accepted before it, not for later ones', async () => {
    fs.script = ['EAGAIN', 2, 'EAGAIN', 'EAGAIN'];
    const sink = new FdSink(FD, OWN);
    sink.write(bytes('ab'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    sink.write(bytes('of another channel'));
    await vi.advanceTimersByTimeAsync(1);
    expect(text()).toBe('ab');
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it('closes its duplicate after the last channel, once everything is written', () => {
    fs.script = ['EAGAIN'];
    const sink = new FdSink(FD, OWN);
    sink.retain();
    sink.retain();
    sink.write(bytes('ab'));
    sink.release();
    sink.release();
    expect(fs.closed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(text()).toBe('ab');
    expect(fs.closed).toBe(1);
    expect(sink.usable).toBe(false);
    sink.drop();
    expect(fs.closed).toBe(1);
  });

  it('drops pending bytes on request, unless another channel uses it', () => {
    fs.script = Array.from({ length: 100 }, () => 'EAGAIN');
    const sink = new FdSink(FD, OWN);
    sink.retain();
    sink.retain();
    sink.write(bytes('ab'));
    sink.release();
    sink.drop();
    expect(sink.usable).toBe(true);
    sink.release();
    sink.drop();
    expect(fs.closed).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(text()).toBe('');
  });

  it.each(['caller', 'process'] as const)('never closes a descriptor of the %s', (owner) => {
    fs.script = ['EAGAIN'];
    const sink = new FdSink(FD, owner);
    sink.retain();
    sink.write(bytes('ab'));
    sink.release();
    vi.advanceTimersByTime(1);
    expect(fs.closed).toBe(0);
    // The caller may have closed its descriptor by now, and the number may stand for another file.
    expect(text()).toBe(owner === 'caller' ? '' : 'ab');
    expect(sink.usable).toBe(owner === 'process');
  });
});
