import { styleText } from 'node:util';
import { formatTable } from '@rsync-io/kit/table';
import type { CaseResult } from '../measure/run-case.ts';
import { ratio, type Summary, summarize } from '../measure/statistics.ts';
import { judge } from '../measure/verdict.ts';

/** One line of the report. */
export type Row = ReturnType<typeof rowsOf>[number];

/** Returns one row for each comparison of a case. */
export function rowsOf({ benchCase, samples, notRun }: CaseResult) {
  return benchCase.comparisons.map((comparison) => {
    const { what, metric, target } = comparison;
    const values = (id: string | null) =>
      (samples[id ?? ''] ?? []).flatMap((sample) => sample[metric] ?? []);
    const [ours, peer] = [values(comparison.ours), values(comparison.peer)];
    const quotient = ratio(ours, peer);
    const verdict = judge(target, summarize(ours), quotient);
    // One value has no interval.
    const isOpen = ours.length === 1 && (verdict === 'met' || verdict === 'missed');
    return {
      title: `${benchCase.title}: ${what}`,
      comparison,
      peerLabel: benchCase.contenders[comparison.peer ?? '']?.[0] ?? null,
      ours: summarize(ours),
      peer: summarize(peer),
      ratio: quotient,
      verdict: isOpen ? 'cannot tell' : verdict,
      /** Why the case did not run or did not finish. */
      why: notRun,
    };
  });
}

export const HEADINGS = ['case', 'ours', 'peer', 'ratio', 'target', 'verdict'];
const NONE = '–';

/** The cells of a row, in the order of the headings. */
export function cellsOf({ title, comparison, ours, peer, peerLabel, ...row }: Row): string[] {
  const { unit, target } = comparison;
  return [
    title,
    ours === null ? NONE : formatSummary(ours, unit),
    peer === null ? NONE : `${formatSummary(peer, unit)} ${peerLabel}`,
    row.ratio === null ? NONE : formatSummary(row.ratio, '×'),
    target?.text ?? NONE,
    row.why === null ? row.verdict : `${row.verdict}: ${row.why.split('\n', 1)[0]}`,
  ];
}

/** Formats three significant digits, with at most two decimals. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** `median unit (low–high)` */
const formatSummary = ({ median, low, high }: Summary, unit: string) =>
  `${formatNumber(median)} ${unit} (${formatNumber(low)}–${formatNumber(high)})`;

const COLORS = { met: 'green', missed: 'red', reported: 'reset' } as const;

/** The report for a terminal. */
export function reportTable(rows: readonly Row[], color: boolean): string {
  const cells = rows.map((row) => {
    const all = cellsOf(row);
    const verdict = all.at(-1) as string;
    const style = COLORS[row.verdict as keyof typeof COLORS] ?? 'yellow';
    const colored = styleText(style, verdict, { validateStream: false });
    return color ? all.with(-1, colored) : all;
  });
  return `${formatTable(HEADINGS, cells)}\n`;
}
