import xterm from '@xterm/headless';

/** How a run of characters looks. Colours are CSS; `null` is the terminal's own. */
export interface Style {
  readonly foreground: string | null;
  readonly background: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

/** Characters of one style, side by side. */
export interface Span {
  readonly column: number;
  /** Unit: cells. */
  readonly width: number;
  readonly text: string;
  readonly style: Style;
}

/** What a terminal shows: a list of spans for each row. */
export interface Screen {
  readonly columns: number;
  readonly rows: readonly (readonly Span[])[];
}

const HISTORY_ROWS = 1_000;

/** Interprets what a program wrote to a terminal, as xterm does. Empty rows at the end are left out. */
export async function interpret(output: Uint8Array, columns: number): Promise<Screen> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows: HISTORY_ROWS,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: buffer.length }, (_, y) => {
    const line = buffer.getLine(y);
    return line === undefined ? [] : spansOf(line, columns);
  });
  const last = rows.findLastIndex((spans) => spans.length > 0);
  terminal.dispose();
  return { columns, rows: rows.slice(0, last + 1) };
}

type Line = NonNullable<
  ReturnType<InstanceType<typeof xterm.Terminal>['buffer']['active']['getLine']>
>;
type Cell = NonNullable<ReturnType<Line['getCell']>>;

function spansOf(line: Line, columns: number): Span[] {
  const spans: Span[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    // The right half of a wide character has no width.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const text = cell.getChars() || ' ';
    const before = spans.at(-1);
    if (before !== undefined && sameStyle(before.style, style)) {
      const width = before.width + cell.getWidth();
      spans[spans.length - 1] = { ...before, width, text: before.text + text };
    } else {
      spans.push({ column, width: cell.getWidth(), text, style });
    }
  }
  return spans.filter(({ text, style }) => text.trim() !== '' || style.background !== null);
}

function styleOf(cell: Cell): Style {
  const foreground = colour(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const background = colour(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  const inverse = cell.isInverse() !== 0;
  return {
    foreground: inverse ? (background ?? DEFAULT_BACKGROUND) : foreground,
    background: inverse ? (foreground ?? DEFAULT_FOREGROUND) : background,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

const sameStyle = (a: Style, b: Style) =>
  (Object.keys(a) as (keyof Style)[]).every((key) => a[key] === b[key]);

export const DEFAULT_FOREGROUND = '#d8dee9';
export const DEFAULT_BACKGROUND = '#161b22';

const SIXTEEN = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];

function colour(isRgb: boolean, isPalette: boolean, value: number): string | null {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? paletteColour(value) : null;
}

/** xterm's 256 colours: sixteen of the theme, a cube of 6×6×6, and 24 greys. */
export function paletteColour(index: number): string {
  if (index < 16) return SIXTEEN[index] as string;
  const hex = (levels: readonly number[]) =>
    `#${levels.map((level) => level.toString(16).padStart(2, '0')).join('')}`;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const cube = index - 16;
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}
