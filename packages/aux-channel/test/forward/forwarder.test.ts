import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Forwarder, PROMPT_DELAY_MS } from '../../src/forward/forwarder.js';
import { MAX_LINE_BYTES } from '../../src/trait/trait.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A place to forward to, and what it was shown. */
function place() {
  let shown = '';
  const to = (chunk: Uint8Array) => void (shown += Buffer.from(chunk).toString('latin1'));
  return { to, shown: () => shown };
}
/** The same for a terminal, which has no colors here. */
function terminal() {
  let shown = '';
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString('latin1');
      done();
    },
  });
  vi.stubEnv('NO_COLOR', '1');
  return { to: Object.assign(to, { isTTY: true }), shown: () => shown };
}
const push = (forwarder: Forwarder, text: string) => forwarder.push(Buffer.from(text, 'latin1'));

describe('a forwarder', () => {
  it('shows complete lines immediately, and a prompt after a delay', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to });
    push(forwarder, 'one\ntwo\nPassword: ');
    expect(shown()).toBe('one\ntwo\n');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    expect(shown()).toBe('one\ntwo\nPassword: ');
  });

  it('shows continuous output even without a line end', () => {
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

  it("ends another channel's unfinished line before its own, and continues with a prefix", () => {
    const { to, shown } = terminal();
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

  it('with a prefix, shows only complete lines if the sink is not a terminal', () => {
    const { to, shown } = place();
    const [a, b] = ['[a] ', '[b] '].map((prefix) => new Forwarder({ to, prefix })) as [
      Forwarder,
      Forwarder,
    ];
    push(a, 'one\ntw');
    push(b, 'thr');
    vi.advanceTimersByTime(10 * PROMPT_DELAY_MS);
    expect(vi.getTimerCount()).toBe(0);
    push(a, 'o\n');
    push(b, 'ee');
    a.end();
    b.end();
    a.announce(Buffer.from('exited\n'));
    expect(shown()).toBe('[a] one\n[a] two\n[b] three\n[a] exited\n');
  });

  it('shows a line that exceeds the limit in parts, never on a line of another channel', () => {
    const { to, shown } = place();
    const [a, b] = ['[a] ', '[b] '].map((prefix) => new Forwarder({ to, prefix })) as [
      Forwarder,
      Forwarder,
    ];
    const long = 'x'.repeat(MAX_LINE_BYTES + 1);
    push(a, long);
    push(b, 'other\n');
    push(a, 'rest\n');
    expect(shown()).toBe(`[a] ${long}\n[b] other\n[a] rest\n`);
  });

  it('shows a prompt once, after a delay from its first byte', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to });
    push(forwarder, 'Pass');
    vi.advanceTimersByTime(PROMPT_DELAY_MS - 1);
    push(forwarder, 'word: ');
    expect(shown()).toBe('');
    vi.advanceTimersByTime(1);
    expect(shown()).toBe('Password: ');
    expect(vi.getTimerCount()).toBe(0);
    forwarder.end();
    expect(shown()).toBe('Password: ');
  });

  it('cancels the delay of a line whose end has arrived', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to });
    push(forwarder, 'be');
    push(forwarder, 'gun\nnext\n');
    expect(shown()).toBe('begun\nnext\n');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes lines to its sink in as few writes as possible', () => {
    const writes: string[] = [];
    const forwarder = new Forwarder({ to: (chunk) => writes.push(Buffer.from(chunk).toString()) });
    push(forwarder, 'one\ntwo\nthr');
    push(forwarder, 'ee\nfour\nfive\n');
    // The line in two parts alone, so that the rest need not be copied.
    expect(writes).toEqual(['one\ntwo\n', 'three\n', 'four\nfive\n']);
  });

  it('holds no more of a line than its limit', () => {
    const writes: number[] = [];
    const forwarder = new Forwarder({ to: (chunk) => writes.push(chunk.length) });
    push(forwarder, 'x'.repeat(MAX_LINE_BYTES));
    expect(writes).toEqual([]);
    push(forwarder, 'x');
    expect(writes).toEqual([MAX_LINE_BYTES + 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('escapes control sequences, even if a prompt was split', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to, policy: 'escape' });
    push(forwarder, 'ask\x1b[');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    expect(shown()).toBe('ask');
    push(forwarder, '31mred\x1b[0m\n');
    push(forwarder, '\x1b[');
    forwarder.end();
    expect(shown()).toBe('ask\x1b[31mred\x1b[0m\n\\#033[');
  });

  it('does not restart a line that no other channel has interrupted', () => {
    const { to, shown } = terminal();
    const forwarder = new Forwarder({ to, prefix: '[a] ' });
    push(forwarder, 'Password: ');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    push(forwarder, 'wrong\nagain\n');
    expect(shown()).toBe('[a] Password: wrong\n[a] again\n');
  });

  it('prints a message on a separate line', () => {
    const { to, shown } = place();
    const forwarder = new Forwarder({ to, prefix: '[a] ' });
    push(forwarder, 'no line end');
    forwarder.announce(Buffer.from('exited with status 1\n'));
    expect(shown()).toBe('[a] no line end\n[a] exited with status 1\n');
    forwarder.announce(Buffer.from('really\n'));
    expect(shown()).toBe('[a] no line end\n[a] exited with status 1\n[a] really\n');
  });

  it("does not let an unfinished line color another channel's", () => {
    const { to, shown } = place();
    const [a, b] = [new Forwarder({ to, policy: 'escape' }), new Forwarder({ to })];
    push(a, '\x1b[31mPassword: ');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    push(b, 'hello\n');
    push(a, 'accepted\n');
    expect(shown()).toBe('\x1b[31mPassword: \x1b[0m\nhello\naccepted\n');
  });

  it('ends the color of its last line before a message', () => {
    const { to, shown } = terminal();
    const forwarder = new Forwarder({ to, policy: 'escape', prefix: '[a] ' });
    push(forwarder, '\x1b[31mlost');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    forwarder.announce(Buffer.from('exited\n'));
    expect(shown()).toBe('[a] \x1b[31mlost\x1b[0m\n[a] exited\n');
  });

  it('writes its prefix again after the remote side has erased it', () => {
    const { to, shown } = terminal();
    const forwarder = new Forwarder({ to, policy: 'escape', prefix: '[a] ' });
    push(forwarder, '1%\r2%\x1b[2K\r\x1b[Kdone\n');
    expect(shown()).toBe('[a] 1%\r[a] 2%\r[a] \x1b[K\r[a] \x1b[Kdone\n');
  });

  it('keeps its bytes if the function that it forwards to forwards as well', () => {
    let shown = '';
    const inner = new Forwarder({ to: () => {}, policy: 'escape' });
    const to = (chunk: Uint8Array) => {
      shown += Buffer.from(chunk).toString();
      push(inner, '\x07'.repeat(100) + '\n');
    };
    const [a, b] = [
      new Forwarder({ to, policy: 'escape' }),
      new Forwarder({ to, policy: 'escape' }),
    ];
    push(a, 'open');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    push(b, '\x1bone\n');
    expect(shown).toBe('open\n\\#033one\n');
  });

  it("ends another channel's unfinished line before a message", () => {
    const { to, shown } = place();
    const [a, b] = [new Forwarder({ to }), new Forwarder({ to })];
    push(a, 'Password: ');
    vi.advanceTimersByTime(PROMPT_DELAY_MS);
    b.announce(Buffer.from('exited\n'));
    push(a, 'accepted\n');
    expect(shown()).toBe('Password: \nexited\naccepted\n');
  });

  it('accepts nothing after its sink has failed', () => {
    const call = vi.fn(() => {
      throw new Error('no');
    });
    const forwarder = new Forwarder({ to: call });
    push(forwarder, 'one\n');
    expect(push(forwarder, 'two\nPrompt')).toBe(true);
    forwarder.end();
    expect(call.mock.calls).toEqual([[new TextEncoder().encode('one\n')]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is behind until the promise of its function settles, and keeps the order', async () => {
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
    const ready = vi.fn();
    forwarder.sink.onceReady(ready);
    waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['one\n', 'two\n']);
    expect(ready).not.toHaveBeenCalled();
    waiting.shift()?.();
    await forwarder.sink.flushed();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(forwarder.sink.usable).toBe(true);
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
    expect(forwarder.sink.usable).toBe(false);
    expect(push(forwarder, 'two\n')).toBe(true);
  });

  it('is behind while its stream is, and reports when the stream has caught up', async () => {
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
