/** The few shapes that the pictures share. */

export const OURS = '#1b6ca8';
export const OURS_TOO = '#c2571a';
export const PEER = '#9aa5ae';
export const INK = '#20262b';

export interface TextStyle {
  anchor?: 'start' | 'middle' | 'end';
  size?: number;
  weight?: number;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', size = 13, weight = 400 } = style;
  const attributes = `text-anchor="${anchor}" font-size="${size}" font-weight="${weight}"`;
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(content)}</text>`;
}

const escape = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const round = (value: number) => Math.round(value * 10) / 10;

/** A square of the colour, and what it stands for. */
export function legendEntry(x: number, y: number, colour: string, label: string): string {
  return (
    `<rect x="${x}" y="${y - 11}" width="14" height="14" fill="${colour}"/>` +
    text(x + 20, y + 1, label, { size: 12 })
  );
}

/** @param title for those who cannot see it */
export function svgDocument(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
      `font-family="system-ui, sans-serif" fill="${INK}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
