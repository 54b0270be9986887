import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BenchDocument, rowsIn } from './document.ts';
import { cellsOf, HEADINGS, type Row } from './rows.ts';

/** The report in Markdown. */
export function formatMarkdown(document: BenchDocument): string {
  const { date, quick, interrupted, machine, versions, cases } = document;
  const { cpu, cores, memoryGiB, system, loadAverage } = machine;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = rowsIn(document);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const counts = cases.map(({ name, samples }) => `${name} ${Object.values(samples)[0]?.length}`);
  return `${date}${quick ? ', quick' : ''}${interrupted ? ', interrupted' : ''}. ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, load ${loadAverage} at the start. ${named.join(', ')}.

Values of each contender: ${counts.join(', ')}. A cell has their median (its confidence interval); the ratio is that of ours to the peer in each round.

${plot(rows)}

${[HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cellsOf)].map(line).join('\n')}

${reasons(rows)}
`;
}

/** The rows of ratios with a target, as a chart of Mermaid: how far each is on the right side of its target. */
function plot(rows: readonly Row[]): string {
  const margins = rows.flatMap(({ ratio, comparison: { target } }) => {
    if (ratio === null || target?.of !== 'ratio') return [];
    return target.sign === '≥' ? ratio.median / target.value : target.value / ratio.median;
  });
  if (margins.length === 0) return '';
  return `\`\`\`mermaid
xychart-beta
  title "Ratios of the table, in its order, in multiples of the target (1: met exactly)"
  x-axis "row" 1 --> ${margins.length}
  y-axis "multiple of the target" 0 --> 2
  bar [${margins.map((margin) => Math.min(2, margin).toFixed(2)).join(', ')}]
  line [${margins.map(() => 1).join(', ')}]
\`\`\``;
}

/** The reasons for the rows that miss their target, or may do so, each below the list of its rows. */
function reasons(rows: readonly Row[]): string {
  const lists = new Map<string, string>();
  for (const row of rows) {
    if (row.verdict !== 'missed' && row.verdict !== 'cannot tell') continue;
    const { reason, target } = row.comparison;
    const [title, ours, , ratio] = cellsOf(row);
    const value = target?.of === 'ours' ? ours : ratio;
    const text = reason ?? 'No reason is recorded.\n';
    const list = lists.get(text) ?? '';
    lists.set(text, `${list}- ${title}: ${value}; target ${target?.text}: ${row.verdict}.\n`);
  }
  return [...lists].map(([text, list]) => `${list}\n${text}`).join('\n');
}

/** Writes `bench.json` and `bench.md`. */
export function writeReport(folder: string, document: BenchDocument): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(path.join(folder, 'bench.md'), `# Benchmark\n\n${formatMarkdown(document)}`);
}

const BEGIN = '<!-- begin of the generated part -->';
const END = '<!-- end of the generated part -->';

/** Replaces the generated part of a page. */
export function updatePage(file: string, document: BenchDocument): void {
  const [before, rest] = readFileSync(file, 'utf8').split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${file} lacks the marks of the generated part`);
  writeFileSync(file, `${before}${BEGIN}\n\n${formatMarkdown(document)}\n${END}${after}`);
}
