import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StderrLine } from '../src/trait.js';
import { LineFanout } from '../src/warnings/line-fanout.js';

const manyLines = (count: number) => Buffer.from('x\n'.repeat(count));
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** The clock of the tests stands still unless a listener takes its time. */
let now = 0;
const busyFor = (ms: number) => void (now += ms);
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => vi.restoreAllMocks());

describe('a line listener', () => {
  it('gets every line of a flood, one by one and in order', () => {
    const seen: number[] = [];
    const fanout = new LineFanout((line) => void seen.push(line.seq), { label: '', pid: 0 });
    fanout.push(manyLines(100_000));
    fanout.push(manyLines(100_000));
    expect(seen).toHaveLength(200_000);
    expect(seen.every((seq, i) => seq === i)).toBe(true);
    expect(fanout.dropped).toBe(0);
  });

  it('loses nothing to one pause that was not its own', () => {
    const seen: StderrLine[] = [];
    const fanout = new LineFanout(
      (line) => {
        if (line.seq === 10) busyFor(100);
        seen.push(line);
      },
      { label: '', pid: 0 },
    );
    fanout.push(manyLines(5_000));
    expect(seen).toHaveLength(5_000);
    expect(fanout.dropped).toBe(0);
  });

  it('that is slow is called between turns, and what it misses is counted exactly', async () => {
    let delivered = 0;
    const fanout = new LineFanout(
      () => {
        delivered += 1;
        busyFor(0.2);
      },
      { label: '', pid: 0 },
    );
    for (let i = 0; i < 4; i++) {
      fanout.push(manyLines(5_000));
      await turn();
    }
    for (let before = -1; before !== delivered; await turn()) before = delivered;
    expect(fanout.dropped).toBeGreaterThan(0);
    expect(delivered + fanout.dropped).toBe(20_000);
  });
});
