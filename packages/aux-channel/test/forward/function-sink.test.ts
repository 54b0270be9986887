import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FLUSH_STALL_MS } from '../../src/forward/progress.js';
import { FunctionSink } from '../../src/forward/function-sink.js';
import { SINK_STALL_LIMIT_MS } from '../../src/forward/stall-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = (chunk: Uint8Array) => Buffer.from(chunk).toString();
const settle = () => vi.advanceTimersByTimeAsync(0);

/** A slow function: the test decides when, and whether, the promise of each call is fulfilled. */
function slow() {
  const seen: string[] = [];
  const ends: { done: () => void; fail: () => void }[] = [];
  const call = (chunk: Uint8Array) => {
    seen.push(text(chunk));
    return new Promise<void>((resolve, reject) => {
      ends.push({ done: resolve, fail: () => reject(new Error('no')) });
    });
  };
  return { call, seen, done: () => ends.shift()?.done(), fail: () => ends.shift()?.fail() };
}

describe('a function as sink', () => {
  it('is not a terminal', () => {
    expect(new FunctionSink(() => undefined).isTerminal).toBe(false);
  });

  it('that returns immediately is never behind, and owns its chunks', async () => {
    const seen: Uint8Array[] = [];
    const sink = new FunctionSink((chunk) => seen.push(chunk));
    const lent = Buffer.from('ab');
    expect(sink.write(lent)).toBe(true);
    lent.fill('x');
    expect(sink.write(Buffer.from('cd'))).toBe(true);
    expect(seen.map(text)).toEqual(['ab', 'cd']);
    const ready = vi.fn();
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(1);
    await sink.flushed();
  });

  it('that is slow gets one batch after the other', async () => {
    const { call, seen, done } = slow();
    const sink = new FunctionSink(call);
    expect(sink.write(Buffer.from('a'))).toBe(false);
    expect(sink.write(Buffer.from('b'))).toBe(false);
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    expect(seen).toEqual(['a']);
    done();
    await settle();
    expect(seen).toEqual(['a', 'b']);
    expect(flushed).not.toHaveBeenCalled();
    const ready = vi.fn();
    sink.onceReady(ready);
    expect(ready).not.toHaveBeenCalled();
    done();
    await settle();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(flushed).toHaveBeenCalledTimes(1);
    expect(sink.usable).toBe(true);
    expect(sink.write(Buffer.from('c'))).toBe(false);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('that never returns does not delay the end', async () => {
    const sink = new FunctionSink(slow().call);
    sink.write(Buffer.from('a'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    await vi.advanceTimersByTimeAsync(FLUSH_STALL_MS - 1);
    expect(flushed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it('that throws is not called again', () => {
    const call = vi.fn(() => {
      throw new Error('no');
    });
    const sink = new FunctionSink(call);
    expect(sink.write(Buffer.from('a'))).toBe(true);
    expect(sink.usable).toBe(false);
    expect(sink.write(Buffer.from('b'))).toBe(true);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('that rejects is not called again, and pending bytes are dropped', async () => {
    const { call, seen, fail } = slow();
    const sink = new FunctionSink(call);
    sink.write(Buffer.from('a'));
    sink.write(Buffer.from('b'));
    const ready = vi.fn();
    sink.onceReady(ready);
    const flushed = sink.flushed();
    fail();
    await settle();
    expect(sink.usable).toBe(false);
    expect(ready).toHaveBeenCalledTimes(1);
    await flushed;
    expect(sink.write(Buffer.from('c'))).toBe(true);
    expect(seen).toEqual(['a']);
    sink.onceReady(ready);
    expect(ready).toHaveBeenCalledTimes(2);
  });

  it('stays behind until its last promise is fulfilled', async () => {
    const { call, done } = slow();
    const sink = new FunctionSink(call);
    sink.write(Buffer.from('a'));
    sink.write(Buffer.from('b'));
    const ready = vi.fn();
    sink.onceReady(ready);
    done();
    await settle();
    expect(ready).not.toHaveBeenCalled();
    done();
    await settle();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is flushed when the batches before the flush are done, regardless of later ones', async () => {
    const { call, done } = slow();
    const sink = new FunctionSink(call);
    sink.write(Buffer.from('a'));
    const flushed = vi.fn();
    void sink.flushed().then(flushed);
    sink.write(Buffer.from('of another channel'));
    done();
    await settle();
    expect(flushed).toHaveBeenCalledTimes(1);
  });

  it('whose promise never settles fails eventually, and then blocks nobody', async () => {
    const { call, seen, done } = slow();
    const sink = new FunctionSink(call);
    sink.write(Buffer.from('a'));
    sink.write(Buffer.from('b'));
    const ready = vi.fn();
    sink.onceReady(ready);
    await vi.advanceTimersByTimeAsync(SINK_STALL_LIMIT_MS - 1);
    expect(sink.usable).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(sink.usable).toBe(false);
    expect(ready).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    done(); // Too late.
    await settle();
    expect(seen).toEqual(['a']);
    expect(sink.usable).toBe(false);
  });

  it('that causes writes to itself gets one batch after the other', async () => {
    const seen: string[] = [];
    const sink: FunctionSink = new FunctionSink((chunk) => {
      seen.push(`begin ${text(chunk)}`);
      if (seen.length === 1) sink.write(Buffer.from('b'));
      seen.push(`end ${text(chunk)}`);
    });
    sink.write(Buffer.from('a'));
    expect(seen).toEqual(['begin a', 'end a', 'begin b', 'end b']);
    await sink.flushed();
  });

  it.each([
    ['rejects', { then: (_: unknown, reject: () => void) => reject() }],
    [
      'throws',
      {
        get then() {
          throw new Error('no');
        },
      },
    ],
  ])('that returns a thenable which %s has failed', async (_, result) => {
    const sink = new FunctionSink(() => result);
    sink.write(Buffer.from('a'));
    await settle();
    expect(sink.usable).toBe(false);
    await sink.flushed();
  });

  it('drops pending bytes on request, unless another channel uses it', async () => {
    const { call, seen, done } = slow();
    const sink = new FunctionSink(call);
    sink.retain();
    sink.retain();
    for (const batch of ['a', 'b']) sink.write(Buffer.from(batch));
    sink.release();
    sink.drop();
    done();
    await settle();
    expect(seen).toEqual(['a', 'b']);
    sink.write(Buffer.from('c'));
    sink.release();
    sink.drop();
    done();
    await settle();
    expect(seen).toEqual(['a', 'b']);
    await sink.flushed();
    expect(sink.usable).toBe(true);
  });
});
