import { describe, expect, it } from 'vitest';
import { LineBatch } from '../../src/lines/line-batch.js';

/** The batch that a splitter makes of these lines; its memory is reused after it was read. */
function batchOf(words: readonly string[], { before = '', complete = true } = {}) {
  const source = Buffer.from(`${before}${words.map((word) => `${word}\n`).join('')}`);
  const bounds: number[] = [];
  let from = Buffer.byteLength(before);
  for (const word of words) {
    bounds.push(from, from + Buffer.byteLength(word));
    from += Buffer.byteLength(word) + 1;
  }
  const text = source.every((byte) => byte < 0x80) ? source.toString('latin1') : null;
  return { source, batch: new LineBatch(source, text, bounds, complete) };
}

describe.each([
  ['ASCII', ['one', '', 'three']],
  ['UTF-8', ['eins', 'zwölf', 'Straße ✓']],
])('lines of %s', (_, words) => {
  it.each([1, 2, 3])('keep their text and bytes when the first %d are wanted', (count) => {
    const { source, batch } = batchOf(words, { before: 'xy' });
    const lines = batch.take(count, 7);
    source.fill('#');
    expect(lines.map(({ text }) => text)).toEqual(words.slice(0, count));
    expect(lines.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(words.slice(0, count));
    expect(lines.map(({ length }) => length)).toEqual(
      words.slice(0, count).map((word) => Buffer.byteLength(word)),
    );
    expect(lines.map(({ seq }) => seq)).toEqual([7, 8, 9].slice(0, count));
  });
});

describe('a line', () => {
  it('records when it was read and whether its line end arrived', () => {
    const before = Date.now();
    const [whole, part] = [true, false].map((complete) =>
      batchOf(['a'], { complete }).batch.take(1, 0).at(0),
    );
    expect(whole?.at).toBeGreaterThanOrEqual(before);
    expect(whole?.at).toBeLessThanOrEqual(Date.now());
    expect(whole?.complete).toBe(true);
    expect(part?.complete).toBe(false);
  });

  it('is serialized as JSON without its bytes', () => {
    const [line] = batchOf(['a "b"']).batch.take(1, 3);
    expect(JSON.parse(JSON.stringify(line))).toEqual({
      text: 'a "b"',
      seq: 3,
      complete: true,
      at: line?.at,
    });
  });

  it('is not created if no lines are requested', () => {
    expect(batchOf(['a']).batch.take(0, 0)).toEqual([]);
  });
});
