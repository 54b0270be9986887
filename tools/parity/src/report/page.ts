import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParityReport } from './report.js';

const TEMPLATE = fileURLToPath(new URL('../assets/page.html', import.meta.url));

/** One static page of all the reports in a folder; returns its file. */
export function writePage(folder: string): string {
  const file = path.join(folder, 'parity.html');
  writeFileSync(file, page(readReports(folder)));
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

function page(reports: readonly ParityReport[]): string {
  // Inside a script element nothing but `</` and `<!--` can end or change it.
  const data = JSON.stringify(reports).replaceAll('<', '\\u003c');
  const place = /(<script id="reports"[^>]*>)[^<]*/;
  return readFileSync(TEMPLATE, 'utf8').replace(place, (_, element: string) => element + data);
}
