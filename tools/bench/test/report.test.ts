import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toDocument } from '../src/report/document.ts';
import { formatMarkdown, updatePage } from '../src/report/page.ts';
import { cellsOf, reportTable, rowsOf } from '../src/report/rows.ts';
import { notRun, result } from './result.ts';

const about = {
  date: '2001-02-03T04:05:06.000Z',
  quick: true,
  interrupted: false,
  machine: { cpu: 'a | b', cores: 2, memoryGiB: 8, system: 'Linux', loadAverage: 0.5 },
  versions: { node: 'v20' },
};

describe('the report', () => {
  it('shows medians, intervals, ratio, target and verdict', () => {
    expect(rowsOf(result).map(cellsOf)).toEqual([
      [
        'drain lines: throughput',
        '4,000 MB/s (2,000–4,100)',
        '2,000 MB/s (1,900–2,100) Node',
        '1.90 × (1.00–2.16)',
        '≥ 1.5 ×',
        'cannot tell',
      ],
      ['drain lines: memory', '9.25 MiB (9.25–9.25)', '–', '–', '< 8 MiB', 'missed'],
    ]);
  });

  it('cannot tell anything from one round', () => {
    const samples = { channel: [{ throughput: 3, rssGrowth: 1 }], node: [{ throughput: 1 }] };
    const verdicts = rowsOf({ ...result, samples }).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['cannot tell', 'cannot tell']);
  });

  it('states in one line why a case did not run', () => {
    const cells = cellsOf(rowsOf(notRun)[0]!);
    expect(cells).toEqual([
      'drain lines: throughput',
      '–',
      '–',
      '–',
      '≥ 1.5 ×',
      'not run: needs sshd',
    ]);
  });

  it('colors nothing but the verdict', () => {
    const plain = reportTable(rowsOf(result), false);
    expect(plain.trimEnd().split('\n')).toHaveLength(3);
    expect(reportTable(rowsOf(result), true).replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(reportTable(rowsOf(result), true)).toContain('\u001b[31mmissed\u001b[');
  });

  it('is a Markdown table with as many columns in every line', () => {
    const document = toDocument(about, [result]);
    const page = formatMarkdown(document);
    const table = page.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(4);
    expect(page).toContain('bar [1.27]');
    expect(new Set(table.map((line) => line.split('|').length)).size).toBe(1);
  });

  it('lists the rows that miss their target with the reason, or without one', () => {
    const page = formatMarkdown(toDocument(about, [result]));
    expect(page).toContain(
      '- drain lines: throughput: 1.90 × (1.00–2.16); target ≥ 1.5 ×: cannot tell.\n\nThe channel\nwaits.\n',
    );
    expect(page).toMatch(/- drain lines: memory: 9.25 .*missed\.\n\nNo reason is recorded\.\n/);
    expect(formatMarkdown(toDocument(about, [notRun]))).not.toContain('The channel');
  });

  it('replaces the generated part of a page, and nothing else', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'rsync-io-bench-')), 'page.md');
    const marks = ['<!-- begin of the generated part -->', '<!-- end of the generated part -->'];
    writeFileSync(file, `before\n${marks.join('old')}\nafter\n`);
    updatePage(file, toDocument(about, [result]));
    const page = readFileSync(file, 'utf8');
    rmSync(path.dirname(file), { recursive: true });
    expect(page.startsWith(`before\n${marks[0]}\n`)).toBe(true);
    expect(page.endsWith(`${marks[1]}\nafter\n`)).toBe(true);
    expect(page).toContain('drain lines: throughput');
    expect(page).not.toContain('old');
  });

  it('is a document with every sample', () => {
    const document = toDocument(about, [result, notRun]);
    expect(document).toMatchObject({ schema: 3, ...about });
    expect(document.cases.map((one) => one.name)).toEqual(['drain', 'drain']);
    expect(document.cases[0]?.samples).toBe(result.samples);
    expect(document.cases[1]).toMatchObject({ notRun: notRun.notRun });
    expect(document.cases[0]?.rows.map(({ verdict }) => verdict)).toEqual([
      'cannot tell',
      'missed',
    ]);
  });
});
