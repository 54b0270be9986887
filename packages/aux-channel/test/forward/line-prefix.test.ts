import { describe, expect, it } from 'vitest';
import { colorsWanted, LinePrefix } from '../../src/forward/line-prefix.js';
import { randomChunks, seededRandom } from '../random.js';

const prefixed = (prefix: LinePrefix, ...chunks: string[]) =>
  chunks.map((chunk) => Buffer.from(prefix.apply(Buffer.from(chunk))).toString()).join('');

describe('the prefix of a line', () => {
  it.each([
    ['every line', 'a\nb\n', '[h] a\n[h] b\n'],
    ['an empty line', '\n\n', '[h] \n[h] \n'],
    ['the lines of ssh', 'a\r\nb\r\n', '[h] a\r\n[h] b\r\n'],
    ['what a carriage return would overwrite it with', '1%\r2%\r\n', '[h] 1%\r[h] 2%\r\n'],
    ['a line that was not finished', 'Password: ', '[h] Password: '],
  ])('precedes %s', (_what, text, shown) => {
    expect(prefixed(new LinePrefix('[h] ', false), text)).toBe(shown);
  });

  it('does not depend on the chunks', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed);
      let text = '';
      for (let i = random(25); i > 0; i--) text += ['a', 'bc', '\n', '\r', '\r\n', '%'][random(6)];
      const whole = prefixed(new LinePrefix('> ', false), text);
      const chunks = randomChunks(Buffer.from(text), random, 3).map((chunk) => chunk.toString());
      expect(prefixed(new LinePrefix('> ', false), ...chunks), `seed ${seed}`).toBe(whole);
    }
  });

  it('has the same color for the same host, and cannot contain control characters or line ends', () => {
    expect(prefixed(new LinePrefix('[h] ', true), 'x\n')).toMatch(
      /^\x1b\[0;3\dm\[h\] \x1b\[0mx\n$/,
    );
    const shown = prefixed(new LinePrefix('[\x1b]0;x\x07\n] ', false), 'x\n');
    expect(shown).toBe('[\\#033]0;x\\#007 ] x\n');
  });

  it('has no color with NO_COLOR or on a terminal without colors', () => {
    expect(colorsWanted({})).toBe(true);
    expect(colorsWanted({ NO_COLOR: '' })).toBe(true);
    expect(colorsWanted({ NO_COLOR: '0' })).toBe(false);
    expect(colorsWanted({ TERM: 'dumb' })).toBe(false);
  });
});
