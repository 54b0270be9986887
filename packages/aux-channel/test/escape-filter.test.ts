import { describe, expect, it } from 'vitest';
import { EscapeFilter } from '../src/forward/escape-filter.js';
import { randomChunks, seededRandom } from './random.js';

const escaped = (input: string | Uint8Array) =>
  Buffer.from(new EscapeFilter().apply(Buffer.from(input as string), 'end')).toString('utf8');

describe('the escape policy', () => {
  it.each([
    ['plain text', 'rsync: done\n'],
    ['tab, newline and carriage return', 'a\tb\r\n'],
    ['colour', '\x1b[1;31mred\x1b[0m\n'],
    ['true colour with colons', '\x1b[38:2:1:2:3mx\x1b[m\n'],
    ['erase in line', '50%\r\x1b[Kdone\x1b[2K\n'],
    ['UTF-8 text', 'Größe 大小 🚀 \u00a0\n'],
  ])('lets %s through', (_what, text) => {
    expect(escaped(text)).toBe(text);
  });

  it.each([
    ['OSC 52, which sets the clipboard', '\x1b]52;c;ZXZpbA==\x07', '\\#033]52;c;ZXZpbA==\\#007'],
    ['a change of the title', '\x1b]0;root\x1b\\', '\\#033]0;root\\#033\\'],
    ['a cursor move', '\x1b[2A', '\\#033[2A'],
    ['clearing the screen', '\x1b[2J', '\\#033[2J'],
    ['an endless sequence', `\x1b[${'1;'.repeat(40)}m`, `\\#033[${'1;'.repeat(40)}m`],
    ['a bell', 'a\x07', 'a\\#007'],
    ['DEL', '\x7f', '\\#177'],
    ['C1 controls as UTF-8', '\u009b2J', '\\#302\\#2332J'],
  ])('shows %s in octal', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('shows the 8-bit CSI and other invalid UTF-8 in octal', () => {
    expect(escaped(Uint8Array.of(0x9b, 0x32, 0x4a))).toBe('\\#2332J');
    expect(escaped(Uint8Array.of(0xff, 0xc0, 0xaf))).toBe('\\#377\\#300\\#257');
    expect(escaped(Uint8Array.of(0xed, 0xa0, 0x80))).toBe('\\#355\\#240\\#200');
  });

  it('waits for the rest of a sequence that a prompt was cut in', () => {
    const filter = new EscapeFilter();
    const apply = (text: Uint8Array, boundary: 'partial' | 'line') =>
      Buffer.from(filter.apply(text, boundary)).toString('utf8');
    const rocket = Buffer.from('🚀');
    expect(apply(Buffer.concat([Buffer.from('go '), rocket.subarray(0, 2)]), 'partial')).toBe(
      'go ',
    );
    expect(apply(Buffer.concat([rocket.subarray(2), Buffer.from(' \x1b[3')]), 'partial')).toBe(
      '🚀 ',
    );
    expect(apply(Buffer.from('1mred\n'), 'line')).toBe('\x1b[31mred\n');
  });

  it('never lets a control through, and gives the same whatever the chunks', () => {
    const parts = [
      '\x1b',
      '[',
      '31',
      'm',
      'K',
      ']',
      'a',
      '\n',
      '\x9b',
      '\xc2',
      '\xe5\xa4\xa7',
      '\x80',
      '\x07',
    ];
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      let stream = '';
      for (let i = random(30); i > 0; i--) stream += parts[random(parts.length)];
      const bytes = Buffer.from(stream, 'latin1');
      const whole = Buffer.from(new EscapeFilter().apply(bytes, 'end'));
      const filter = new EscapeFilter();
      const pieces = randomChunks(bytes, random, 3).map((chunk) =>
        Buffer.from(filter.apply(chunk, 'partial')),
      );
      pieces.push(Buffer.from(filter.apply(new Uint8Array(0), 'end')));
      expect(Buffer.concat(pieces).toString('latin1'), `seed ${seed}`).toBe(
        whole.toString('latin1'),
      );
      const rest = whole.toString('utf8').replace(/\x1b\[(?:[0-9;:]*m|[012]?K)/g, '');
      expect(rest, `seed ${seed}`).toMatch(/^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$/);
    }
  });
});
