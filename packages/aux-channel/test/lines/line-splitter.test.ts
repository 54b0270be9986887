import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/trait/trait.js';
import { LineSplitter } from '../../src/lines/line-splitter.js';
import { randomChunks, seededRandom } from '../random.js';

interface Piece {
  text: string;
  complete: boolean;
}

function split(chunks: readonly Uint8Array[]): Piece[] {
  const pieces: Piece[] = [];
  const splitter = new LineSplitter((batch) => {
    for (let i = 0; i < batch.count; i++) {
      const text = Buffer.from(batch.lineAt(i)).toString('latin1');
      pieces.push({ text, complete: batch.complete });
    }
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return pieces;
}

/** The lines of a stream, computed in the simplest way. */
function naive(stream: string): Piece[] {
  const pieces: Piece[] = [];
  const lines = stream.split('\n');
  const last = lines.pop() as string;
  const cut = (line: string) => {
    while (line.length > MAX_LINE_BYTES) {
      pieces.push({ text: line.slice(0, MAX_LINE_BYTES), complete: false });
      line = line.slice(MAX_LINE_BYTES);
    }
    return line;
  };
  for (const line of lines) pieces.push({ text: cut(line).replace(/\r$/, ''), complete: true });
  const rest = cut(last);
  if (rest !== '') pieces.push({ text: rest, complete: false });
  return pieces;
}

describe('LineSplitter', () => {
  it('splits at LF and CRLF and keeps empty lines', () => {
    expect(split([Buffer.from('a\r\nb\n\n\r\nc')])).toEqual([
      { text: 'a', complete: true },
      { text: 'b', complete: true },
      { text: '', complete: true },
      { text: '', complete: true },
      { text: 'c', complete: false },
    ]);
  });

  it('keeps carriage returns that do not end a line', () => {
    expect(split([Buffer.from('10%\r20%\r\n')])).toEqual([{ text: '10%\r20%', complete: true }]);
  });

  it('does not split a line of exactly the maximum length', () => {
    const line = 'x'.repeat(MAX_LINE_BYTES);
    expect(split([Buffer.from(`${line}\n`)])).toEqual([{ text: line, complete: true }]);
  });

  it('delivers a longer line in pieces', () => {
    const pieces = split([Buffer.from(`${'x'.repeat(2 * MAX_LINE_BYTES + 5)}\n`)]);
    expect(pieces.map(({ text }) => text.length)).toEqual([MAX_LINE_BYTES, MAX_LINE_BYTES, 5]);
    expect(pieces.map(({ complete }) => complete)).toEqual([false, false, true]);
  });

  it('returns the same lines for any chunks', () => {
    const alphabet = ['a', 'b\n', '\r\n', '\r', '\n', 'é', 'x'.repeat(40_000)];
    for (let seed = 0; seed < 80; seed++) {
      const random = seededRandom(seed);
      let stream = '';
      for (let i = random(60); i > 0; i--) stream += alphabet[random(alphabet.length)];
      const bytes = Buffer.from(stream, 'latin1');
      const expected = naive(stream);
      expect(split([bytes]), `seed ${seed} whole`).toEqual(expected);
      const chunks = randomChunks(bytes, random, 1 + random(90_000));
      expect(split(chunks), `seed ${seed} in ${chunks.length} chunks`).toEqual(expected);
    }
  });
});
