import type { HostOutcome, HostResult } from './host-result.js';

export type Totals = Readonly<Record<HostOutcome | 'total', number>>;

export function totalsOf(results: readonly HostResult[]): Totals {
  const counts = Object.keys(words).map((outcome) => [
    outcome,
    results.filter((result) => result.outcome === outcome).length,
  ]);
  return { total: results.length, ...Object.fromEntries(counts) } as Totals;
}

export function formatTable(results: readonly HostResult[], colors: boolean): string {
  const header = ['HOST', 'STATUS', 'TIME', 'STDERR', 'EXPLANATION'];
  const rows = results.map((result) => [
    result.host,
    statusText(result),
    result.outcome === 'not-started' ? '' : durationText(result.durationMs),
    `${result.stderrBytes} B`,
    explanationText(result),
  ]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) =>
        i === 2 || i === 3 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
      )
      .join('  ')
      .trimEnd();
  const paint = (text: string, result: HostResult) =>
    colors ? `\u001b[${result.outcome === 'ok' ? 32 : 31}m${text}\u001b[39m` : text;
  const body = results.map((result, i) => paint(line(rows[i] as string[]), result));
  return [line(header), ...body, '', totalsText(totalsOf(results)), ...advice(results), ''].join(
    '\n',
  );
}

function totalsText(totals: Totals): string {
  const others = (['failed', 'timeout', 'cannot-start', 'interrupted', 'not-started'] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `, ${totals[outcome]} ${words[outcome]}`);
  return `${totals.ok} of ${totals.total} succeeded${others.join('')}`;
}

const words: Readonly<Record<HostOutcome, string>> = {
  ok: 'ok',
  failed: 'failed',
  timeout: 'timed out',
  interrupted: 'interrupted',
  'cannot-start': 'could not be started',
  'not-started': 'not started',
};

function statusText({ outcome, code, signal }: HostResult): string {
  return outcome === 'failed' ? (signal ?? `exit ${code}`) : words[outcome];
}

/** An `unknown` explanation is shown only if ssh could not be started. */
function explanationText({ outcome, explanation }: HostResult): string {
  if (explanation === null) return '';
  return explanation.kind === 'unknown' && outcome === 'failed' ? '' : explanation.summary;
}

function advice(results: readonly HostResult[]): string[] {
  const hints = results.flatMap(({ explanation }) =>
    explanation?.hint ? [`${explanation.summary}: ${explanation.hint}`] : [],
  );
  return [...new Set(hints)];
}

function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
