import type { Comparison } from '../bench-case.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { ratio, type Summary, summarize } from '../measure/statistics.ts';
import { judge, type Verdict } from '../measure/verdict.ts';

/** One line of the report. */
export interface Row {
  readonly case: string;
  readonly title: string;
  readonly comparison: Comparison;
  readonly oursLabel: string;
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
    const { metric } = comparison;
    const values = (id: string | null) =>
      (samples[id ?? ''] ?? []).flatMap((sample) => sample[metric] ?? []);
    const ours = values(comparison.ours);
    const peer = values(comparison.peer);
    const quotient = ratio(ours, peer);
    return {
      case: benchCase.name,
      title: `${benchCase.title}: ${comparison.what}`,
      comparison,
      oursLabel: benchCase.contenders[comparison.ours] as string,
      peerLabel:
        comparison.peer === null ? null : (benchCase.contenders[comparison.peer] as string),
      ours: summarize(ours),
      peer: summarize(peer),
      ratio: quotient,
      verdict: judge(comparison.target, summarize(ours), quotient),
      why: notRun,
    };
  });
}
