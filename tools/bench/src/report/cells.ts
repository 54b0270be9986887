import { formatRatio, formatSummary, formatTarget } from './format.ts';
import type { Row } from './rows.ts';

export const HEADINGS = ['case', 'ours', 'peer', 'ratio', 'target', 'verdict'] as const;

const NOTHING = '–';

/** A row as text, in the order of {@link HEADINGS}. */
export function cellsOf({
  title,
  comparison,
  ours,
  peer,
  peerLabel,
  ratio,
  ...row
}: Row): string[] {
  const { metric, target } = comparison;
  const label = peerLabel === null ? '' : ` ${peerLabel}`;
  return [
    title,
    ours === null ? NOTHING : formatSummary(ours, metric),
    peer === null ? NOTHING : `${formatSummary(peer, metric)}${label}`,
    ratio === null ? NOTHING : formatRatio(ratio),
    target === null ? NOTHING : formatTarget(target, metric),
    row.why === null ? row.verdict : `${row.verdict}: ${row.why.split('\n', 1)[0]}`,
  ];
}
