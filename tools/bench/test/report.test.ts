import { describe, expect, it } from 'vitest';
import { cellsOf } from '../src/report/cells.ts';
import { toDocument } from '../src/report/document.ts';
import { formatMarkdown } from '../src/report/markdown.ts';
import { plotThroughput, tickStep } from '../src/report/plot.ts';
import { rowsOf } from '../src/report/rows.ts';
import { formatTable } from '../src/report/table.ts';
import { benchCase, notRun, result } from './result.ts';

const about = {
  date: '2001-02-03T04:05:06.000Z',
  quick: true,
  rounds: 3,
  interrupted: false,
  machine: { cpu: 'a | b', cores: 2, memoryGiB: 8, system: 'Linux', loadAverage: 0.5 },
  versions: { node: 'v20' },
};

describe('the report', () => {
  it('shows medians, extremes, ratio, target and verdict', () => {
    expect(rowsOf(result).map(cellsOf)).toEqual([
      [
        'drain lines: throughput',
        '4,000 MB/s (2,000–4,100)',
        '2,000 MB/s (1,900–2,100) Node',
        '2.00 × (1.00–2.16)',
        '≥ 1.5 ×',
        'met',
      ],
      ['drain lines: memory', '9.25 MiB (9.25–9.25)', '–', '–', '< 8 MiB', 'missed'],
    ]);
  });

  it('says in one line why a case was not run', () => {
    const cells = cellsOf(rowsOf(notRun)[0]!);
    expect(cells).toEqual([
      'drain lines: throughput',
      '–',
      '–',
      '–',
      '≥ 1.5 ×',
      'not run: sshd not installed',
    ]);
  });

  it('aligns its columns, and colours nothing but the verdict', () => {
    const plain = formatTable(rowsOf(result), false);
    const lines = plain.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    const columns = lines
      .filter((_, i) => i !== 1)
      .map((line) => line.search(/verdict|met|missed/));
    expect(new Set(columns).size).toBe(1);
    expect(formatTable(rowsOf(result), true).replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(formatTable(rowsOf(result), true)).toContain('\u001b[31mmissed\u001b[0m');
  });

  it('is a Markdown table with as many columns in every line', () => {
    const document = toDocument(about, [result]);
    const page = formatMarkdown(document, rowsOf(result), ['plot.svg']);
    const table = page.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(4);
    expect(new Set(table.map((line) => line.split('|').length)).size).toBe(1);
    expect(page).toContain('![plot](plot.svg)');
    expect(formatMarkdown(document, rowsOf(result), [])).not.toContain('![');
  });

  it('is a document with every sample', () => {
    const document = toDocument(about, [result, notRun]);
    expect(document).toMatchObject({ schema: 1, ...about });
    expect(document.cases.map((one) => one.name)).toEqual(['drain', 'drain']);
    expect(document.cases[0]?.samples).toBe(result.samples);
    expect(document.cases[1]).toMatchObject({ notRun: notRun.notRun });
    expect(document.cases[0]?.rows.map(({ verdict }) => verdict)).toEqual(['met', 'missed']);
  });
});

describe('the plot', () => {
  it('has a bar for each contender, and escapes labels', () => {
    const svg = plotThroughput([result])!;
    expect(svg.match(/height="22"/g)).toHaveLength(2);
    expect(svg).toContain('the &lt;channel&gt;');
    expect(svg).toContain(benchCase.title);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('is none without a measurement', () => {
    expect(plotThroughput([notRun])).toBeNull();
    expect(plotThroughput([])).toBeNull();
  });

  it.each([
    [4_800, 1_000],
    [10, 2],
    [95, 20],
    [21, 5],
  ])('has readable ticks up to %d', (greatest, step) => {
    expect(tickStep(greatest)).toBeCloseTo(step);
  });
});
