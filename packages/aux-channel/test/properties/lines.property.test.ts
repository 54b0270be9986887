import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES, type StderrLine } from '../../src/trait/trait.js';
import { LineDispatcher } from '../../src/lines/line-dispatcher.js';
import { WarningQueue } from '../../src/lines/warning-queue.js';
import { inChunks, streamAround, streamOfTokens } from './streams.js';

type Seen = Pick<StderrLine, 'text' | 'complete' | 'seq'> & { hex: string };

/** Byte by byte: what is promised of lines, in the plainest way. */
function naive(stream: Buffer): Seen[] {
  const lines: Seen[] = [];
  let line: number[] = [];
  const emit = (complete: boolean) => {
    if (complete && line.at(-1) === 0x0d) line.pop();
    const bytes = Buffer.from(line);
    lines.push({ text: bytes.toString(), hex: bytes.toString('hex'), complete, seq: lines.length });
    line = [];
  };
  for (const byte of stream) {
    if (byte === 0x0a) {
      emit(true);
      continue;
    }
    if (line.length === MAX_LINE_BYTES) emit(false);
    line.push(byte);
  }
  if (line.length > 0) emit(false);
  return lines;
}

const seenOf = ({ text, bytes, complete, seq }: StderrLine): Seen => ({
  text,
  hex: Buffer.from(bytes).toString('hex'),
  complete,
  seq,
});

function split(chunks: readonly Buffer[], queue: WarningQueue): void {
  const dispatcher = new LineDispatcher(queue, { label: '', pid: 0 });
  for (const chunk of chunks) {
    const lent = Buffer.from(chunk);
    dispatcher.push(lent);
    lent.fill(0xaa);
  }
  dispatcher.end();
}

describe('lines', () => {
  it.each([
    ['of text, controls and broken UTF-8', streamOfTokens, 500],
    ['around the longest line', streamAround(MAX_LINE_BYTES), 60],
  ])('%s are the same for any chunks', (_, streams, numRuns) => {
    fc.assert(
      fc.property(inChunks(streams), ({ bytes, chunks }) => {
        const queue = new WarningQueue({ capacity: 4_096 });
        split(chunks, queue);
        expect(queue.take().map(seenOf)).toEqual(naive(bytes));
        expect(queue.dropped).toBe(0);
      }),
      { numRuns },
    );
  });

  it('that do not fit are counted, and the others arrive in order', () => {
    const taking = fc.array(fc.nat({ max: 5 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        inChunks(fc.oneof({ weight: 9, arbitrary: streamOfTokens }, streamAround(MAX_LINE_BYTES))),
        fc.integer({ min: 1, max: 8 }),
        taking,
        ({ bytes, chunks }, capacity, takes) => {
          const queue = new WarningQueue({ capacity });
          const dispatcher = new LineDispatcher(queue, { label: '', pid: 0 });
          const taken: StderrLine[] = [];
          chunks.forEach((chunk, i) => {
            dispatcher.push(chunk);
            expect(queue.length).toBeLessThanOrEqual(capacity);
            taken.push(...queue.take(takes[i] ?? 0));
          });
          dispatcher.end();
          taken.push(...queue.take());
          const all = naive(bytes);
          expect(taken.length + queue.dropped).toBe(all.length);
          // Each one taken is the line of its number, and numbers only grow.
          for (const line of taken) expect(seenOf(line)).toEqual(all[line.seq]);
          const seqs = taken.map(({ seq }) => seq);
          expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
          expect(new Set(seqs).size).toBe(seqs.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of a queue never exceed its limit in bytes', () => {
    fc.assert(
      fc.property(inChunks(streamAround(20_000)), ({ chunks }) => {
        const queue = new WarningQueue({ capacity: 4 });
        split(chunks, queue);
        const bytes = queue.take().reduce((sum, line) => sum + line.bytes.length, 0);
        expect(bytes).toBeLessThanOrEqual(MAX_LINE_BYTES);
      }),
      { numRuns: 100 },
    );
  });
});
