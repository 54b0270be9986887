import Table from 'cli-table3';

export type Cell = string | number;

/** A table without borders. Columns whose cells are all numbers are aligned to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = (column: number) => rows.every((row) => typeof row[column] === 'number');
  const borders = [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ];
  const table = new Table({
    head: [...head],
    chars: { ...Object.fromEntries(borders.map((name) => [name, ''])), middle: '  ' },
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, '');
}
