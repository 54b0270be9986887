import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readQueued } from '../../src/drain/read-queued.js';

/** A descriptor that returns the results of its script, text or errors, and then `EAGAIN`. */
const fs = vi.hoisted(() => ({
  script: [] as string[],
  asked: [] as number[],
}));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  readSync: (_fd: number, buffer: Uint8Array, offset: number, length: number) => {
    fs.asked.push(length);
    const next = fs.script.shift() ?? '!EAGAIN';
    if (next.startsWith('!')) {
      throw Object.assign(new Error(next), { code: next.slice(1) });
    }
    const bytes = Buffer.from(next).subarray(0, length);
    buffer.set(bytes, offset);
    return bytes.length;
  },
}));
beforeEach(() => void Object.assign(fs, { script: [], asked: [] }));

function read(script: readonly string[], limit = 1_000) {
  fs.script = [...script];
  const chunks: string[] = [];
  const stream = Object.assign(new Readable(), { _handle: { fd: 99 } });
  const receive = (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk).toString());
  const state = readQueued(stream, receive, () => limit);
  return { state, chunks };
}

describe('what a descriptor holds queued', () => {
  it.each([
    ['nothing, and somebody may still write', ['!EAGAIN'], 'open', []],
    ['something, and somebody may still write', ['ab', 'c', '!EAGAIN'], 'open', ['ab', 'c']],
    ['something, and nobody is left to write', ['ab', ''], 'eof', ['ab']],
    ['something, though a signal came in between', ['!EINTR', 'ab', '!EINTR', ''], 'eof', ['ab']],
    ['nothing, as Windows says it', ['!EOF'], 'eof', []],
    ['something, and then the writer was killed', ['ab', '!ECONNRESET'], 'eof', ['ab']],
    ['something, and then what nobody expects', ['ab', '!EIO'], 'unknown', ['ab']],
  ] as const)('is %s', (_, script, state, chunks) => {
    expect(read(script)).toEqual({ state, chunks });
  });

  it('does not include what a writer adds during the read', () => {
    const endless = Array.from({ length: 100 }, () => 'abcd');
    // One read behind the limit looks whether a writer is left.
    expect(read(endless, 8)).toEqual({ state: 'open', chunks: ['abcd', 'abcd', 'a'] });
    expect(fs.asked).toEqual([8, 4, 1]);
  });

  it('is read in slices', () => {
    read(['x'], 1_000_000);
    expect(fs.asked[0]).toBe(65_536);
  });
});
