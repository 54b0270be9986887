import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFilter, type ForwardPolicy } from '../../src/forward/policy.js';

const CLIPBOARD = '\x1b]52;c;ZXZpbA==\x07';
const shown = (policy: ForwardPolicy, isTerminal: boolean, bytes: Uint8Array) =>
  Buffer.from(createFilter(policy, isTerminal).apply(bytes, 'end')).toString('latin1');
const ofText = (policy: ForwardPolicy, isTerminal: boolean) =>
  shown(policy, isTerminal, Buffer.from(CLIPBOARD));

const platform = process.platform;
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });
afterEach(() => {
  on(platform);
  vi.unstubAllEnvs();
});

describe('a forward policy', () => {
  it('raw changes nothing, not even on a terminal', () => {
    expect(ofText('raw', true)).toBe(CLIPBOARD);
    expect(shown('raw', true, Uint8Array.of(0xff))).toBe('\xff');
  });

  it('escape does not depend on the sink', () => {
    expect(ofText('escape', false)).toBe('\\#033]52;c;ZXZpbA==\\#007');
    expect(ofText('escape', true)).toBe('\\#033]52;c;ZXZpbA==\\#007');
  });

  it('auto escapes for a terminal only', () => {
    expect(ofText('auto', true)).toBe('\\#033]52;c;ZXZpbA==\\#007');
    expect(ofText('auto', false)).toBe(CLIPBOARD);
  });

  it('escape follows the locale where there is one', () => {
    on('linux');
    vi.stubEnv('LC_ALL', 'C');
    expect(shown('escape', true, Buffer.from('é\u201b'))).toBe('\xc3\xa9\xe2\\#200\\#233');
    vi.stubEnv('LC_ALL', 'C.UTF-8');
    expect(Buffer.from(shown('escape', true, Buffer.from('é\u201b')), 'latin1').toString()).toBe(
      'é\u201b',
    );
  });

  it('lossy replaces what is not UTF-8, and keeps a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffé'), Buffer.of(0xff)]);
    expect(Buffer.from(shown('lossy', false, bytes), 'latin1').toString()).toBe('\ufeffé\ufffd');
  });

  it('lossy waits for the rest of a character, but not after a complete line', () => {
    const filter = createFilter('lossy', false);
    const apply = (bytes: number[], boundary: 'partial' | 'line') =>
      Buffer.from(filter.apply(Uint8Array.from(bytes), boundary)).toString();
    expect(apply([0x61, 0xc3], 'partial')).toBe('a');
    expect(apply([0xa9], 'partial')).toBe('é');
    expect(apply([0x62, 0xc3], 'line')).toBe('b\ufffd');
    expect(apply([0xa9], 'line')).toBe('\ufffd');
  });

  it('keeps separate state for each channel', () => {
    const [a, b] = [createFilter('escape', true), createFilter('escape', true)];
    a.apply(Buffer.from('\x1b['), 'partial');
    expect(Buffer.from(b.apply(Buffer.from('31m'), 'end')).toString()).toBe('31m');
  });
});
