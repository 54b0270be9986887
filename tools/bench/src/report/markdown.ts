import { cellsOf, HEADINGS } from './cells.ts';
import type { BenchDocument } from './document.ts';
import type { Row } from './rows.ts';

/** The report as a page. `plots`: the names of the pictures that lie beside it. */
export function formatMarkdown(
  { date, quick, rounds, interrupted, machine, versions }: BenchDocument,
  rows: readonly Row[],
  plots: readonly string[],
): string {
  const { cpu, cores, memoryGiB, system, loadAverage } = machine;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    '# Benchmark',
    '',
    `${date}, ${quick ? 'quick, ' : ''}${rounds} rounds${interrupted ? ', interrupted' : ''}. ` +
      `${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, load ${loadAverage} at the start.`,
    '',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ') + '.',
    '',
    'Median (least–greatest) of the rounds; ratio: ours over the peer, of the medians (least–greatest of',
    'the rounds).',
    '',
    line(HEADINGS),
    line(HEADINGS.map(() => '---')),
    ...rows.map((row) => line(cellsOf(row))),
    '',
    ...plots.flatMap((plot) => [`![${plot.replace('.svg', '')}](${plot})`, '']),
  ].join('\n');
}
