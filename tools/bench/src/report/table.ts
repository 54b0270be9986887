import { cellsOf, HEADINGS } from './cells.ts';
import type { Row } from './rows.ts';

const COLOURS = { met: 32, missed: 31, 'not run': 33, reported: null } as const;

/** The report for a terminal. */
export function formatTable(rows: readonly Row[], colour: boolean): string {
  const lines = [[...HEADINGS], ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] as string).length)),
  );
  const text = lines.map((cells, line) => {
    const padded = cells.map((cell, column) => cell.padEnd(widths[column] as number));
    const code = line === 0 || !colour ? null : COLOURS[(rows[line - 1] as Row).verdict];
    const verdict = (padded.pop() as string).trimEnd();
    return [...padded, code === null ? verdict : `\u001b[${code}m${verdict}\u001b[0m`].join('  ');
  });
  text.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return `${text.join('\n')}\n`;
}
