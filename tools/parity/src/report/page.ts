import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ParityReport, ReportCell, ReportRow } from './report.ts';

/** Writes one static page with all reports of a folder; returns the file. */
export function writePage(folder: string): string {
  const file = path.join(folder, 'parity.html');
  writeFileSync(file, `${HEAD}${readReports(folder).map(section).join('')}`);
  return file;
}

/** The reports of a folder, by platform. */
export function readReports(folder: string): ParityReport[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^parity-\w+\.json$/.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as ParityReport);
}

const HEAD = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>rsync-io: parity</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem; }
  table { border-collapse: collapse; }
  th { text-align: left; font-weight: 500; padding: 0 0.6rem; }
  td { text-align: center; }
  td.red, .red { background: light-dark(#fde8e6, #43201e); font-weight: 700; }
  a { display: block; color: inherit; text-decoration: none; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 46vh; overflow: auto; }
  details:target { outline: 2px solid; }
</style>
<h1>Is stderr the same, whatever carries it?</h1>
<p>Each row is a transfer that writes to stderr. Each column is one way to carry it, compared byte by byte with plain
<code>ssh</code>. = is equal, ≠ is different; a click on either leads to what was observed.</p>
`;

function section({ platform, code, totals, ...report }: ParityReport): string {
  const { cells, red } = totals;
  const what = report.replay ? 'recorded transfers, replayed' : 'real transfers';
  const text = `${red === 0 ? `equal in all ${cells} cells` : `${red} of ${cells} cells differ`} (${totals.rows} ${what})`;
  const part = report.complete ? '' : '. Only a part of the matrix was run.';
  const facts = [
    `${report.date.slice(0, 16)}, ${code.commit.slice(0, 10)}${code.clean ? '' : ' with changes'}`,
    ...Object.entries(report.versions).map(([name, version]) => `${name}: ${version}`),
  ];
  const head = report.variants.map((id) => `<th scope="col">${escaped(id)}</th>`);
  const id = (row: ReportRow) => `${platform}-${row.name}-${row.direction}`;
  const lines = report.rows.map((row) => {
    const name = `<th scope="row" title="${escaped(row.title)}">${escaped(row.name)} ${row.direction}</th>`;
    return `<tr>${name}${row.cells.map((cell) => tableCell(cell, id(row))).join('')}</tr>\n`;
  });
  return `<h2>${platform}</h2>
<p class="${red === 0 ? 'verdict' : 'verdict red'}">${text}${part}</p>
<p>${escaped(facts.join(' · '))}</p>
<table><thead><tr><th></th>${head.join('')}</tr></thead>
<tbody>${lines.join('')}</tbody></table>
${report.rows.map((row) => details(row, id(row))).join('')}`;
}

function tableCell({ differences, variant }: ReportCell, row: string): string {
  const [attribute, sign] = differences.length > 0 ? [' class="red"', '≠'] : ['', '='];
  return `<td${attribute}><a href="#${row}" title="${escaped(variant)}">${sign}</a></td>`;
}

/** Everything that was observed of a row; variants with the same observation share a paragraph. */
function details({ name, direction, title, cells }: ReportRow, id: string): string {
  const differences = cells.flatMap(({ variant, differences }) =>
    differences.map(
      ({ aspect, expected, got }) =>
        `<p class="red difference">${escaped(`${variant}: ${aspect}: expected ${visible(expected)}, got ${visible(got)}`)}</p>`,
    ),
  );
  const titles = new Set(cells.flatMap(({ observed }) => Object.keys(observed)));
  const streams = [...titles].map((title) => {
    const variants = new Map<string, string[]>();
    for (const { variant, observed } of cells) {
      const text = observed[title];
      if (text !== undefined) variants.set(text, [...(variants.get(text) ?? []), variant]);
    }
    const texts = [...variants].map(
      ([text, these]) =>
        `<p>${escaped(these.join(', '))}</p><pre>${escaped(visible(text)) || 'nothing'}</pre>`,
    );
    return `<h4>${escaped(title)}</h4>${texts.join('')}`;
  });
  const open = differences.length > 0 ? ' open' : '';
  return `<details id="${id}"${open}><summary>${escaped(`${name} ${direction}: ${title}`)}</summary>
${differences.join('')}${streams.join('')}</details>
`;
}

/** Bytes that a terminal would not print, as escapes. */
const visible = (latin1: string) =>
  latin1.replace(
    /[^\n\x20-\x7e…]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
