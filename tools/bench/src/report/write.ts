import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { formatTable } from '@rsync-io/kit/table';
import type { Machine } from '../machine.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { formatRatio, formatSummary, formatTarget } from './format.ts';
import { type Row, rowsOf } from './rows.ts';

/** Increment if readers of `bench.json` must change. */
export const SCHEMA = 1;

/** The contents of `bench.json`. */
export interface BenchDocument {
  readonly schema: typeof SCHEMA;
  /** Start of the run, ISO 8601. */
  readonly date: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly interrupted: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    readonly title: string;
    readonly parameters: CaseResult['parameters'];
    readonly contenders: Readonly<Record<string, string>>;
    /** The results of every contender, in the order of the rounds. Units: `metric.ts`. */
    readonly samples: CaseResult['samples'];
    readonly notRun: string | null;
    readonly rows: readonly Omit<Row, 'case'>[];
  }[];
}

export const toDocument = (
  run: Omit<BenchDocument, 'schema' | 'cases'>,
  results: readonly CaseResult[],
): BenchDocument => ({
  schema: SCHEMA,
  ...run,
  cases: results.map((result) => ({
    name: result.benchCase.name,
    title: result.benchCase.title,
    parameters: result.parameters,
    contenders: result.benchCase.contenders,
    samples: result.samples,
    notRun: result.notRun,
    rows: rowsOf(result).map(({ case: _, ...row }) => row),
  })),
});

const HEADINGS = ['case', 'ours', 'peer', 'ratio', 'target', 'verdict'];
const NONE = '–';

/** The cells of a row, in the order of the headings. */
export function cellsOf(row: Row): string[] {
  const { title, comparison, ours, peer, peerLabel, ratio, verdict, why } = row;
  const { metric, target } = comparison;
  return [
    title,
    ours === null ? NONE : formatSummary(ours, metric),
    peer === null ? NONE : `${formatSummary(peer, metric)} ${peerLabel}`,
    ratio === null ? NONE : formatRatio(ratio),
    target === null ? NONE : formatTarget(target, metric),
    why === null ? verdict : `${verdict}: ${why.split('\n', 1)[0]}`,
  ];
}

const COLORS = { met: 'green', missed: 'red', 'not run': 'yellow', reported: 'reset' } as const;

/** The report for a terminal. */
export function reportTable(rows: readonly Row[], color: boolean): string {
  const colored = (row: Row) => {
    const cells = cellsOf(row);
    const verdict = cells.pop() as string;
    return [
      ...cells,
      color ? styleText(COLORS[row.verdict], verdict, { validateStream: false }) : verdict,
    ];
  };
  return `${formatTable(HEADINGS, rows.map(colored))}\n`;
}

/** The report in Markdown. */
export function formatMarkdown(document: BenchDocument, rows: readonly Row[]): string {
  const { date, quick, rounds, interrupted, machine, versions } = document;
  const { cpu, cores, memoryGiB, system, loadAverage } = machine;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `# Benchmark

${date}, ${quick ? 'quick, ' : ''}${rounds} rounds${interrupted ? ', interrupted' : ''}. ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, load ${loadAverage} at the start.

${Object.entries(versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}.

Median (minimum–maximum) of the rounds; ratio: ours over the peer, of the medians (minimum–maximum of the rounds).

${[line(HEADINGS), line(HEADINGS.map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n')}
`;
}

/** Writes `bench.json` and `bench.md`. Returns their names. */
export function writeReport(folder: string, document: BenchDocument, rows: readonly Row[]) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(path.join(folder, 'bench.md'), formatMarkdown(document, rows));
  return ['bench.json', 'bench.md'];
}
