import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StderrLine } from '../../src/trait/trait.js';
import { LineDispatcher } from '../../src/lines/line-dispatcher.js';

const manyLines = (count: number) => Buffer.from('x\n'.repeat(count));
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** The clock of the tests stands still unless a listener takes its time. */
let now = 0;
const busyFor = (ms: number) => void (now += ms);
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => vi.restoreAllMocks());

let stopCollecting = () => {};
afterEach(() => stopCollecting());
function collectWarnings() {
  const warnings: (Error & { code?: string })[] = [];
  const listen = (warning: Error) => void warnings.push(warning);
  process.on('warning', listen);
  stopCollecting = () => process.off('warning', listen);
  return warnings;
}

describe('a line listener', () => {
  it('receives every line of a flood, one at a time and in order', () => {
    const seen: number[] = [];
    const dispatcher = new LineDispatcher((line) => void seen.push(line.seq), {
      label: '',
      pid: 0,
    });
    dispatcher.push(manyLines(100_000));
    dispatcher.push(manyLines(100_000));
    expect(seen).toHaveLength(200_000);
    expect(seen.every((seq, i) => seq === i)).toBe(true);
    expect(dispatcher.dropped).toBe(0);
  });

  it('loses no line because of a pause that it did not cause', () => {
    const seen: StderrLine[] = [];
    const dispatcher = new LineDispatcher(
      (line) => {
        if (line.seq === 10) busyFor(100);
        seen.push(line);
      },
      { label: '', pid: 0 },
    );
    dispatcher.push(manyLines(5_000));
    expect(seen).toHaveLength(5_000);
    expect(dispatcher.dropped).toBe(0);
  });

  it('that throws is still called, and one warning is emitted', async () => {
    const warnings = collectWarnings();
    let calls = 0;
    const dispatcher = new LineDispatcher(
      () => {
        calls += 1;
        throw new Error(`no ${calls}`);
      },
      { label: '', pid: 0 },
    );
    dispatcher.push(manyLines(3));
    await turn();
    expect(calls).toBe(3);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      name: 'RsyncIoWarning',
      code: 'RSYNC_IO_LISTENER_THREW',
      message: 'A stderr line listener threw, and is still called: Error: no 1',
    });
  });

  it('that is slow receives numbered lines in order while more arrive', async () => {
    const seen: StderrLine[] = [];
    const dispatcher = new LineDispatcher(
      (line) => {
        seen.push(line);
        busyFor(0.2);
      },
      { label: '', pid: 0 },
    );
    const text = (from: number, to: number) =>
      Buffer.from(Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join(''));
    dispatcher.push(text(0, 300));
    const atOnce = seen.length;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(300);
    dispatcher.push(text(300, 600));
    expect(seen).toHaveLength(atOnce); // What waits goes first.
    for (let before = -1; before !== seen.length; await turn()) before = seen.length;
    expect(dispatcher.dropped).toBe(0);
    expect(seen.map(({ seq, text: shown }) => [seq, shown])).toEqual(
      Array.from({ length: 600 }, (_, i) => [i, String(i)]),
    );
  });

  it('that is slow yields to the event loop once its time in a turn is used up', async () => {
    let calls = 0;
    const dispatcher = new LineDispatcher(
      () => {
        calls += 1;
        busyFor(1);
      },
      { label: '', pid: 0 },
    );
    dispatcher.push(manyLines(1_000));
    const first = calls;
    expect(first).toBeLessThan(1_000);
    await turn();
    expect(calls).toBeGreaterThan(first);
    expect(calls - first).toBeLessThan(200);
    while (calls < 1_000) await turn();
    expect(dispatcher.dropped).toBe(0);
  });

  it('that is slow is called between turns, and dropped lines are counted exactly', async () => {
    let delivered = 0;
    const dispatcher = new LineDispatcher(
      () => {
        delivered += 1;
        busyFor(0.2);
      },
      { label: '', pid: 0 },
    );
    for (let i = 0; i < 4; i++) {
      dispatcher.push(manyLines(5_000));
      await turn();
    }
    for (let before = -1; before !== delivered; await turn()) before = delivered;
    expect(dispatcher.dropped).toBeGreaterThan(0);
    expect(delivered + dispatcher.dropped).toBe(20_000);
  });

  it('that rejects is still called, and one warning is emitted', async () => {
    const warnings = collectWarnings();
    let calls = 0;
    const listener = () => Promise.reject(new Error(`no ${(calls += 1)}`));
    new LineDispatcher(listener, { label: '', pid: 0 }).push(manyLines(3));
    await turn();
    await turn();
    expect(calls).toBe(3);
    expect(warnings.map(({ message }) => message)).toEqual([
      'A stderr line listener rejected, and is still called: Error: no 1',
    ]);
  });

  it.each([
    ['null', null, 'null'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
    ['an object without text', Object.create(null), 'a value that cannot be converted to text'],
    [
      'an object whose toString throws',
      {
        toString() {
          throw new Error('no');
        },
      },
      'a value that cannot be converted to text',
    ],
  ])('may throw %s', async (_, thrown: unknown, text) => {
    const warnings = collectWarnings();
    let calls = 0;
    const listener = () => {
      calls += 1;
      throw thrown;
    };
    new LineDispatcher(listener, { label: '', pid: 0 }).push(manyLines(2));
    await turn();
    expect(calls).toBe(2);
    expect(warnings.map(({ message }) => message)).toEqual([
      `A stderr line listener threw, and is still called: ${text}`,
    ]);
  });
});
