import type { Comparison, Target } from '../bench-case.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { ratio, type Summary, summarize } from '../measure/statistics.ts';
import { judge, type Verdict } from '../measure/verdict.ts';
import { type MetricName, unitOf } from '../metric.ts';

/** One line of the report. */
export interface Row {
  readonly title: string;
  readonly comparison: Comparison;
  readonly peerLabel: string | null;
  readonly ours: Summary | null;
  readonly peer: Summary | null;
  readonly ratio: Summary | null;
  readonly verdict: Verdict;
  /** Why the case did not run or did not finish. */
  readonly why: string | null;
}

/** Returns one row for each comparison of a case. */
export function rowsOf({ benchCase, samples, notRun }: CaseResult): Row[] {
  return benchCase.comparisons.map((comparison) => {
    const values = (id: string | null) =>
      (samples[id ?? ''] ?? []).flatMap((sample) => sample[comparison.metric] ?? []);
    const ours = values(comparison.ours);
    const peer = values(comparison.peer);
    const quotient = ratio(ours, peer);
    const verdict = judge(comparison.target, summarize(ours), quotient);
    // One round of several has no interval.
    const isOpen = ours.length === 1 && benchCase.rounds.full > 1 && comparison.target !== null;
    return {
      title: `${benchCase.title}: ${comparison.what}`,
      comparison,
      peerLabel: benchCase.contenders[comparison.peer ?? ''] ?? null,
      ours: summarize(ours),
      peer: summarize(peer),
      ratio: quotient,
      verdict: isOpen && verdict !== 'not run' ? 'cannot tell' : verdict,
      why: notRun,
    };
  });
}

export const HEADINGS = ['case', 'ours', 'peer', 'ratio', 'target', 'verdict'];
const NONE = '–';

/** The cells of a row, in the order of the headings. */
export function cellsOf(row: Row): string[] {
  const { title, comparison, ours, peer, peerLabel, ratio, verdict, why } = row;
  const { metric, target } = comparison;
  return [
    title,
    ours === null ? NONE : formatSummary(ours, unitOf[metric]),
    peer === null ? NONE : `${formatSummary(peer, unitOf[metric])} ${peerLabel}`,
    ratio === null ? NONE : formatSummary(ratio, '×'),
    target === null ? NONE : formatTarget(target, metric),
    why === null ? verdict : `${verdict}: ${why.split('\n', 1)[0]}`,
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

function formatTarget(target: Target, metric: MetricName): string {
  const unit = target.of === 'ours' ? unitOf[metric] : '×';
  if ('below' in target) return `< ${target.below} ${unit}`;
  return 'atLeast' in target ? `≥ ${target.atLeast} ${unit}` : `≤ ${target.atMost} ${unit}`;
}
