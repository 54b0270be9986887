import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { oneLine, timedLines } from '../src/index.js';

/** A stream that keeps what is written, and calls of a terminal's methods as words. */
function stream(terminal: object = {}) {
  const written: string[] = [];
  const made = Object.assign(new PassThrough(), {
    cursorTo: (x: number) => written.push(`<to ${x}>`),
    clearLine: (direction: number) => written.push(`<clear ${direction}>`),
    write: (text: string) => written.push(text) > 0,
    ...terminal,
  });
  return { stream: made as unknown as NodeJS.WriteStream, written };
}

it('a line of a terminal is written over, and is never longer than the terminal is wide', () => {
  const { stream: terminal, written } = stream({ isTTY: true, columns: 6 });
  const { put, clear } = oneLine(terminal);
  put('123456789');
  clear();
  expect(written).toEqual(['<to 0>', '<clear 0>', '12345', '<to 0>', '<clear 0>', '']);
});

it('elsewhere no such line is shown', () => {
  const { stream: file, written } = stream();
  oneLine(file).put('a line');
  oneLine(file).clear();
  expect(written).toEqual([]);
});

it('lines tell the time since the beginning', () => {
  const { stream: file, written } = stream();
  timedLines(file)('a line');
  expect(written).toEqual(['[   0 s] a line\n']);
});
