/** The two states of the flag. */
export type FlagState = 'off' | 'on';

/** What one step of the demonstration did. */
export interface StepResult {
  readonly flag: FlagState;
  readonly step: string;
  readonly backend: string;
  /** What was moved and compared; empty for a step that moves nothing. */
  readonly moved: string;
  /** Bytes of stderr that the channel captured; `null` when the child inherited stderr. */
  readonly captured: number | null;
  readonly exit: string;
  readonly explanation: string;
  /** Whether the step did what it should. */
  readonly ok: boolean;
}

const COLUMNS = [
  '',
  'flag',
  'step',
  'backend',
  'moved and verified',
  'stderr',
  'exit',
  'explanation',
];

/** The results as a table for a person. */
export function formatTable(results: readonly StepResult[]): string {
  const rows = results.map((result) => [
    result.ok ? '✓' : '✗',
    result.flag,
    result.step,
    result.backend,
    result.moved || '–',
    result.captured === null ? 'inherited' : `${result.captured} B captured`,
    result.exit,
    result.explanation || '–',
  ]);
  const widths = COLUMNS.map((title, i) =>
    Math.max(...[title, ...rows.map((row) => row[i] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width));
  return [line(COLUMNS), line(rule), ...rows.map(line)].join('\n');
}
