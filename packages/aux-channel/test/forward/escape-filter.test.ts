import { describe, expect, it } from 'vitest';
import { EscapeFilter } from '../../src/forward/escape-filter.js';
import { randomChunks, seededRandom } from '../random.js';

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

  describe('knows UTF-8 at every edge of its table', () => {
    const LEADS = Array.from({ length: 128 }, (_, i) => 0x80 + i);
    const SECONDS = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    const LATER = [0x41, 0x80, 0xbf, 0xc0];
    const sequences = LEADS.flatMap((lead) => [
      ...SECONDS.map((second) => [lead, second]),
      ...SECONDS.flatMap((second) => LATER.map((third) => [lead, second, third])),
      ...SECONDS.flatMap((second) =>
        LATER.flatMap((third) => LATER.map((fourth) => [lead, second, third, fourth])),
      ),
    ]);
    const key = (bytes: readonly number[]) => Buffer.from(bytes).toString('hex');
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    /** What Node's decoder makes of it; none if it is not UTF-8. */
    const decoded = (bytes: readonly number[]) => {
      try {
        return decoder.decode(Uint8Array.from(bytes));
      } catch {
        return '';
      }
    };
    const printable = new Set(sequences.filter((s) => /^\P{Cc}+$/u.test(decoded(s))).map(key));
    const characters = sequences.filter((s) => /^\P{Cc}$/u.test(decoded(s))).map(key);
    const beginnings = new Set<string>();
    for (const one of characters) {
      for (let end = 2; end < one.length; end += 2) beginnings.add(one.slice(0, end));
    }

    it('of whole characters', () => {
      for (const bytes of sequences) {
        const shown = new EscapeFilter().apply(Uint8Array.from(bytes), 'end');
        const isShown = key([...shown]) === key(bytes);
        expect(isShown, key(bytes)).toBe(printable.has(key(bytes)));
      }
      expect(characters.length).toBeGreaterThan(400);
    });

    it('of characters that a prompt was cut in', () => {
      for (const bytes of [...LEADS.map((lead) => [lead]), ...sequences]) {
        const filter = new EscapeFilter();
        const shown = filter.apply(Uint8Array.from(bytes), 'partial');
        // Held back is what can still become a character, and nothing else that begins so.
        expect(shown.length === 0, key(bytes)).toBe(beginnings.has(key(bytes)));
        const rest = filter.apply(new Uint8Array(0), 'end');
        expect(Buffer.concat([shown, rest]).toString('latin1')).toBe(escapedWhole(bytes));
      }
    });
    const escapedWhole = (bytes: readonly number[]) =>
      Buffer.from(new EscapeFilter().apply(Uint8Array.from(bytes), 'end')).toString('latin1');
  });

  it('holds an escape sequence back up to its longest, and not beyond', () => {
    const held = (text: string) =>
      Buffer.from(new EscapeFilter().apply(Buffer.from(text), 'partial')).toString() === '';
    expect(held('\x1b')).toBe(true);
    expect(held('\x1b[')).toBe(true);
    expect(held(`\x1b[${'1'.repeat(32)}`)).toBe(true);
    expect(held(`\x1b[${'1'.repeat(33)}`)).toBe(false);
    expect(held('\x1b]')).toBe(false);
    expect(held('\x1b[2;')).toBe(true);
    expect(escaped(`\x1b[${'1'.repeat(32)}m`)).toBe(`\x1b[${'1'.repeat(32)}m`);
    expect(escaped(`\x1b[${'1'.repeat(33)}m`)).toBe(`\\#033[${'1'.repeat(33)}m`);
  });

  it('gives what needs no look as it came, without a copy', () => {
    const plain = Buffer.from('plain\n');
    expect(new EscapeFilter().apply(plain, 'line').buffer).toBe(plain.buffer);
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
