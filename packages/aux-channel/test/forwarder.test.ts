import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Forwarder, PROMPT_DELAY_MS } from '../src/forward/forwarder.js';
import { MAX_LINE_BYTES } from '../src/trait.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A place to forward to, and what it was shown. */
function place() {
  let shown = '';
  const to = (chunk: Uint8Array) => void (shown += Buffer.from(chunk).toString('latin1'));
  return { to, shown: () => shown };
}
const push = (forwarder: Forwarder, text: string) => forwarder.push(Buffer.from(text, 'latin1'));

describe('a forwarder', () => {
  it('shows whole lines at once, and a prompt after its delay', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to });
    push(forwarder, 'one\ntwo\nPassword: ');
    expect(shown()).toBe('one\ntwo\n');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    expect(shown()).toBe('one\ntwo\nPassword: ');
  });

  it('shows what never pauses, also without a line end', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to });
    for (let i = 0; i < 10; i++) {
      push(forwarder, `${i}%\r`);
      vi.advanceTimersByTime(PROMPT_DELAY_MS / 4);
    }
    expect(shown()).toContain('0%\r1%\r');
  });

  it('changes no byte of a single channel', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to, policy: 'raw' });
    const text = `ask\xff${'x'.repeat(MAX_LINE_BYTES)}\r\n\n\x1b[2J end`;
    for (let i = 0; i < text.length; i += 1_000) {
      push(forwarder, text.slice(i, i + 1_000));
      vi.advanceTimersByTime(PROMPT_DELAY_MS);
    }
    forwarder.end();
    expect(shown()).toBe(text);
  });

  it("ends another channel's unfinished line before its own, and goes on with a prefix", () => {
    const { to, shown } = place();
    const [a, b] = ['[a] ', '[b] '].map((prefix) => new Forwarder({ to, prefix })) as [
      Forwarder,
      Forwarder,
    ];
    push(a, 'Password: ');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    push(b, 'hello\n');
    push(a, 'accepted\n');
    expect(shown()).toBe('[a] Password: \n[b] hello\n[a] accepted\n');
  });

  it('begins a line with what it announces', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to, prefix: '[a] ' });
    push(forwarder, 'no line end');
    forwarder.announce(Buffer.from('exited with status 1\n'));
    expect(shown()).toBe('[a] no line end\n[a] exited with status 1\n');
  });

  it('is behind until the promise of its function is fulfilled, and keeps the order', async () => {
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    const to = (chunk: Uint8Array) => {
      seen.push(Buffer.from(chunk).toString());
      return new Promise<void>((resolve) => waiting.push(resolve));
    };
    const forwarder = new Forwarder({ to });
    expect(push(forwarder, 'one\n')).toBe(false);
    expect(push(forwarder, 'two\n')).toBe(false);
    expect(seen).toEqual(['one\n']);
    const ready = new Promise<void>((resolve) => forwarder.sink.onceReady(resolve));
    waiting.shift()?.();
    await ready;
    expect(seen).toEqual(['one\n', 'two\n']);
    waiting.shift()?.();
    await forwarder.sink.flushed();
    expect(forwarder.complete).toBe(true);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('ends with a function that %s', async (_how, to) => {
    const forwarder = new Forwarder({ to });
    push(forwarder, 'one\n');
    await Promise.resolve();
    await Promise.resolve();
    expect(forwarder.complete).toBe(false);
    expect(push(forwarder, 'two\n')).toBe(true);
  });

  it('is behind when a stream is, and says when that has caught up', async () => {
    vi.useRealTimers();
    const take: (() => void)[] = [];
    const to = new Writable({
      highWaterMark: 4,
      write: (_chunk, _encoding, done) => void take.push(done),
    });
    const forwarder = new Forwarder({ to });
    expect(push(forwarder, 'one and more\n')).toBe(false);
    const ready = new Promise<void>((resolve) => forwarder.sink.onceReady(resolve));
    take.shift()?.();
    await ready;
  });
});
