import { DEFAULT_BACKGROUND, DEFAULT_FOREGROUND, type Screen, type Span } from './screen.js';

/** Unit: pixels. */
const CELL_WIDTH = 8.4;
const ROW_HEIGHT = 20;
const FONT_SIZE = 14;
const BASELINE = 15;
const MARGIN = 16;

/**
 * A picture of a screen. Each span is given its width, so that columns align whatever monospaced font
 * the reader has.
 *
 * @param title for those who cannot see it
 */
export function renderSvg(screen: Screen, title: string): string {
  const width = Math.ceil(screen.columns * CELL_WIDTH) + 2 * MARGIN;
  const height = screen.rows.length * ROW_HEIGHT + 2 * MARGIN;
  const rows = screen.rows.flatMap((spans, y) => spans.flatMap((span) => renderSpan(span, y)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${DEFAULT_BACKGROUND}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT_SIZE}" fill="${DEFAULT_FOREGROUND}">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function renderSpan({ column, width, text, style }: Span, row: number): string[] {
  const x = pixels(MARGIN + column * CELL_WIDTH);
  const top = MARGIN + row * ROW_HEIGHT;
  const box =
    style.background === null
      ? []
      : [
          `<rect x="${x}" y="${top}" width="${pixels(width * CELL_WIDTH)}" height="${ROW_HEIGHT}" fill="${style.background}"/>`,
        ];
  // Spaces at the ends draw nothing, and some viewers drop them before they apply textLength.
  const shown = text.trim();
  if (shown === '') return box;
  const leading = text.length - text.trimStart().length;
  const shownWidth = width - leading - (text.length - text.trimEnd().length);
  const attributes = [
    `x="${pixels(MARGIN + (column + leading) * CELL_WIDTH)}"`,
    `y="${top + BASELINE}"`,
    `textLength="${pixels(shownWidth * CELL_WIDTH)}"`,
    'lengthAdjust="spacingAndGlyphs"',
    'xml:space="preserve"',
    ...(style.foreground === null ? [] : [`fill="${style.foreground}"`]),
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.dim ? ['opacity="0.6"'] : []),
    ...(style.underline ? ['text-decoration="underline"'] : []),
  ];
  return [...box, `<text ${attributes.join(' ')}>${escapeXml(shown)}</text>`];
}

const pixels = (value: number) => String(Math.round(value * 100) / 100);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (c) => ENTITIES[c] as string);
