import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { formatTable } from '@rsync-io/kit/table';
import type { Machine } from '../machine.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { cellsOf, HEADINGS, type Row, rowsOf } from './rows.ts';

/** Increment if readers of `bench.json` must change. */
export const SCHEMA = 2;

/** The contents of `bench.json`. */
export interface BenchDocument {
  readonly schema: typeof SCHEMA;
  /** Start of the run, ISO 8601. */
  readonly date: string;
  readonly quick: boolean;
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
    readonly seconds: number;
    readonly notRun: string | null;
    readonly rows: readonly Row[];
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
    seconds: result.seconds,
    notRun: result.notRun,
    rows: rowsOf(result),
  })),
});

export const rowsIn = (document: BenchDocument) => document.cases.flatMap(({ rows }) => rows);

const COLORS = {
  met: 'green',
  missed: 'red',
  'cannot tell': 'yellow',
  'not run': 'yellow',
  reported: 'reset',
} as const;

/** The report for a terminal. */
export function reportTable(rows: readonly Row[], color: boolean): string {
  const cells = rows.map((row) => {
    const verdict = cellsOf(row).at(-1) as string;
    const options = { validateStream: false };
    return cellsOf(row).with(
      -1,
      color ? styleText(COLORS[row.verdict], verdict, options) : verdict,
    );
  });
  return `${formatTable(HEADINGS, cells)}\n`;
}

/** The report in Markdown. */
export function formatMarkdown(document: BenchDocument): string {
  const { date, quick, interrupted, machine, versions } = document;
  const { cpu, cores, memoryGiB, system, loadAverage } = machine;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = rowsIn(document);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rounds = document.cases.map(
    ({ name, samples }) =>
      `${name} ${Math.max(0, ...Object.values(samples).map(({ length }) => length))}`,
  );
  return `${date}${quick ? ', quick' : ''}${interrupted ? ', interrupted' : ''}. ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, load ${loadAverage} at the start. ${named.join(', ')}.

Rounds: ${rounds.join(', ')}. Each value is the median of the rounds (its confidence interval); the ratio is that of ours to the peer in each round.

${plot(rows)}

${[line(HEADINGS), line(HEADINGS.map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n')}
`;
}

/** The rows of ratios with a target, as a chart of Mermaid: how far each is on the right side of its target. */
function plot(rows: readonly Row[]): string {
  const margins = rows.flatMap(({ ratio, comparison: { target } }) => {
    if (ratio === null || target?.of !== 'ratio') return [];
    return 'atLeast' in target ? ratio.median / target.atLeast : target.atMost / ratio.median;
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

/** Writes `bench.json` and `bench.md`. Returns their names. */
export function writeReport(folder: string, document: BenchDocument): string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(path.join(folder, 'bench.md'), `# Benchmark\n\n${formatMarkdown(document)}`);
  return ['bench.json', 'bench.md'];
}

const MARKS = [
  '<!-- begin of the generated part -->',
  '<!-- end of the generated part -->',
] as const;

/** Replaces the generated part of a page. */
export function updatePage(file: string, document: BenchDocument): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = MARKS.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin === -1 || end < begin) throw new Error(`${file} lacks the marks of the generated part`);
  const generated = `${MARKS[0]}\n\n${formatMarkdown(document)}\n`;
  writeFileSync(file, page.slice(0, begin) + generated + page.slice(end));
}
