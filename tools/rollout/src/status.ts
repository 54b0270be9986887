import type { Evidence } from './evidence.js';
import { FLAG, type FlaggedPackage } from './flagged-packages.js';

/** The state of the flag, for a person. */
export function statusText(
  packages: readonly FlaggedPackage[],
  found: readonly Evidence[],
): string {
  const rows = packages.map(({ name, version, isOn, changesets }) => [
    name,
    version,
    isOn ? 'on' : 'off',
    changesets.length === 0 ? 'nothing' : changesets.join(', '),
  ]);
  const missing = found.filter(({ counts }) => !counts).map(({ platform }) => platform);
  const verdict =
    missing.length === 0
      ? 'Every platform is shown equal: promote may go on.'
      : `promote refuses, for want of evidence: ${missing.join(', ')}.`;
  return [
    FLAG,
    '',
    ...table(['package', 'version', 'default', 'waits for the next release'], rows),
    '',
    'Parity of this code',
    ...found.map(
      ({ platform, counts, words }) => `  ${counts ? '✓' : '✗'} ${platform.padEnd(8)} ${words}`,
    ),
    '',
    verdict,
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((word, i) =>
    Math.max(word.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    `  ${row.map((word, i) => word.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd(),
  );
}
