import { describe, expect, it } from 'vitest';
import { EscapeFilter } from '../../src/forward/escape-filter.js';

const escaped = (input: string | Uint8Array) =>
  Buffer.from(new EscapeFilter().apply(Buffer.from(input as string), 'end')).toString('utf8');

describe('the escape policy', () => {
  it.each([
    ['plain text', 'rsync: done\n'],
    ['tab, newline and carriage return', 'a\tb\r\n'],
    ['color', '\x1b[1;31mred\x1b[0m\n'],
    ['colors as chalk ends them', '\x1b[1m\x1b[31mred\x1b[39m\x1b[22m\n'],
    ['true color with colons', '\x1b[38:2:1:2:3mx\x1b[m\n'],
    ['numbered colors', '\x1b[38;5;196;48;5;16mx\x1b[39;49m\n'],
    ['an underline with a style and a color', '\x1b[4:3;58;5;9mx\x1b[24;59m\n'],
    ['erase in line', '50%\r\x1b[Kdone\x1b[2K\n'],
    ['UTF-8 text', 'Größe 大小 🚀 \u00a0\n'],
    ['marks of direction that end with their character', 'a\u200fb\u200e\n'],
  ])('passes %s', (_what, text) => {
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
    ['a right-to-left override', '\u202e', '\\#342\\#200\\#256'],
    ['a line separator', '\u2028', '\\#342\\#200\\#250'],
    ['an isolate', '\u2066', '\\#342\\#201\\#246'],
  ])('shows %s in octal', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('shows the 8-bit CSI and other invalid UTF-8 in octal', () => {
    expect(escaped(Uint8Array.of(0x9b, 0x32, 0x4a))).toBe('\\#2332J');
    expect(escaped(Uint8Array.of(0xff, 0xc0, 0xaf))).toBe('\\#377\\#300\\#257');
    expect(escaped(Uint8Array.of(0xed, 0xa0, 0x80))).toBe('\\#355\\#240\\#200');
  });

  it.each([
    ['conceal', '\x1b[8msecret\n', 'secret\n'],
    ['conceal between others', '\x1b[1;8;31mx\x1b[0m\n', '\x1b[1;31mx\x1b[0m\n'],
    ['blink, slow and fast', '\x1b[5mx\x1b[6mx\n', 'xx\n'],
    ['another font', '\x1b[11mx\n', 'x\n'],
    ['an unknown attribute', '\x1b[108;9999999999999999mx\n', 'x\n'],
    ['a color beyond the palette', '\x1b[38;5;256mx\n', 'x\n'],
    // Old terminals would see conceal in the rest.
    ['a malformed color, and what follows it', '\x1b[1;38;8;8mx\x1b[m\n', '\x1b[1mx\x1b[m\n'],
    ['a subparameter where none belongs', '\x1b[1:8;4mx\x1b[m\n', '\x1b[4mx\x1b[m\n'],
  ])('drops %s', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it.each([
    ['basic colors', '\x1b[31;41mx', '\x1b[31;41;49mx\x1b[0m'],
    ['two sequences', '\x1b[44mx\x1b[34mx', '\x1b[44mx\x1b[34;49mx\x1b[0m'],
    ['a basic and a bright color set alike', '\x1b[97;48;5;15mx', '\x1b[97;48;5;15;49mx\x1b[0m'],
    ['nearly the same', '\x1b[38;2;0;0;9;40mx', '\x1b[38;2;0;0;9;40;49mx\x1b[0m'],
    [
      'a true color with a color space',
      '\x1b[38:2::255:0:0;101mx',
      '\x1b[38:2::255:0:0;101;49mx\x1b[0m',
    ],
  ])('removes a background in the color of its text: %s', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it.each([
    ['a line feed', '\x1b[31mred\nplain\n', '\x1b[31mred\x1b[0m\nplain\n'],
    ['a carriage return', '\x1b[7mred\r\n', '\x1b[7mred\x1b[0m\r\n'],
    ['the end of the stream', '\x1b[4mred', '\x1b[4mred\x1b[0m'],
    ['a reset, once', '\x1b[1mred\x1b[m\n', '\x1b[1mred\x1b[m\n'],
  ])('ends colors with %s', (_what, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('ends colors when another writer ends the line', () => {
    const filter = new EscapeFilter();
    filter.apply(Buffer.from('\x1b[31mPassword: '), 'partial');
    expect(Buffer.from(filter.endLine()).toString()).toBe('\x1b[0m');
    expect(Buffer.from(filter.endLine()).toString()).toBe('');
    expect(Buffer.from(filter.apply(Buffer.from('x\n'), 'line')).toString()).toBe('x\n');
  });

  it('shows only the bytes 80–9F in octal if the locale is not UTF-8', () => {
    const shown = (bytes: Uint8Array) =>
      Buffer.from(new EscapeFilter({ utf8: false }).apply(bytes, 'end')).toString('latin1');
    expect(shown(Buffer.from('\x9b2J\xe9\xff\xa0\n', 'latin1'))).toBe('\\#2332J\xe9\xff\xa0\n');
    // Not as a character either: the terminal reads its last byte as CSI.
    expect(shown(Buffer.from('\u201b'))).toBe('\xe2\\#200\\#233');
  });

  it('allows no sequence to erase a prefix', () => {
    const shown = (text: string) =>
      Buffer.from(new EscapeFilter({ prefixed: true }).apply(Buffer.from(text), 'end')).toString();
    expect(shown('a\x1b[2Kb')).toBe('a\r\x1b[Kb');
    expect(shown('a\x1b[1Kb')).toBe('a\r\x1b[Kb');
    expect(shown('\x1b[31ma\x1b[2Kb')).toBe('\x1b[31ma\x1b[0m\r\x1b[Kb');
    expect(shown('a\x1b[K\x1b[0Kb')).toBe('a\x1b[K\x1b[0Kb');
  });

  describe('handles every boundary of the UTF-8 table', () => {
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
    /** The text from Node's decoder; none if it is not UTF-8. */
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

    it('of characters that are split between prompts', () => {
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

  it('holds back an escape sequence only up to the maximum length', () => {
    const held = (text: string) =>
      Buffer.from(new EscapeFilter().apply(Buffer.from(text), 'partial')).toString() === '';
    expect(held('\x1b')).toBe(true);
    expect(held('\x1b[')).toBe(true);
    expect(held(`\x1b[${'1'.repeat(64)}`)).toBe(true);
    expect(held(`\x1b[${'1'.repeat(65)}`)).toBe(false);
    expect(held('\x1b]')).toBe(false);
    expect(held('\x1b[2;')).toBe(true);
    expect(escaped(`\x1b[${'0;'.repeat(31)}10m`)).toBe(`\x1b[${'0;'.repeat(31)}10m`);
    expect(escaped(`\x1b[${'0;'.repeat(32)}1m`)).toBe(`\\#033[${'0;'.repeat(32)}1m`);
  });

  it('returns plain text unchanged, without a copy', () => {
    const plain = Buffer.from('plain\n');
    expect(new EscapeFilter().apply(plain, 'line').buffer).toBe(plain.buffer);
  });

  it('waits for the rest of a sequence that a prompt interrupts', () => {
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
    expect(apply(Buffer.from('1mred\n'), 'line')).toBe('\x1b[31mred\x1b[0m\n');
  });
});
