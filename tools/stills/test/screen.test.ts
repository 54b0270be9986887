import { describe, expect, it } from 'vitest';
import { interpret, paletteColour } from '../src/screen.js';

const show = (text: string, columns = 20) => interpret(Buffer.from(text), columns);
const plain = { foreground: null, background: null, bold: false, dim: false, underline: false };

describe('interpret', () => {
  it('keeps places and styles, and drops empty rows at the end', async () => {
    const { rows } = await show('ab\r\n\r\n  \u001b[1;4;31mred\u001b[0m\r\n\r\n');
    expect(rows).toHaveLength(3);
    expect(rows[0]?.map(({ text }) => text.trimEnd())).toEqual(['ab']);
    expect(rows[1]).toEqual([]);
    expect(rows[2]).toEqual([
      {
        column: 2,
        width: 3,
        text: 'red',
        style: { ...plain, foreground: '#ff7b72', bold: true, underline: true },
      },
    ]);
  });

  it('shows what a terminal shows in the end: overwritten, erased, and wrapped', async () => {
    const { rows } = await show('progress 1\r\u001b[2Kdone\r\n12345678901234567890abc');
    expect(rows.map((spans) => spans.map(({ text }) => text.trimEnd()).join(''))).toEqual([
      'done',
      '12345678901234567890',
      'abc',
    ]);
  });

  it('counts a wide character as two cells', async () => {
    const { rows } = await show('日\u001b[31m本');
    expect(rows[0]?.map(({ column, width, text }) => [column, width, text]).slice(0, 2)).toEqual([
      [0, 2, '日'],
      [2, 2, '本'],
    ]);
  });

  it('turns colours of each kind, and inverse ones, into CSS', async () => {
    const { rows } = await show('\u001b[38;2;1;2;3ma\u001b[38;5;196mb\u001b[0;7mc\u001b[0;44md');
    const colours = rows[0]?.map(({ style }) => [style.foreground, style.background]);
    expect(colours?.slice(0, 4)).toEqual([
      ['#010203', null],
      ['#ff0000', null],
      ['#161b22', '#d8dee9'],
      [null, '#58a6ff'],
    ]);
    expect([paletteColour(232), paletteColour(16)]).toEqual(['#080808', '#000000']);
  });

  it('keeps nine hundred rows', async () => {
    const { rows } = await show('x\r\n'.repeat(900));
    expect(rows).toHaveLength(900);
  });
});
