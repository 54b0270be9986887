import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import type { ParityReport } from './report.ts';

const TEMPLATE = path.join(ROOT, 'tools/parity/assets/page.html');

/** Writes one static page with all reports of a folder; returns the file. */
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
  // Only `</` and `<!--` can end or change a script element.
  const data = JSON.stringify(reports).replaceAll('<', '\\u003c');
  const place = /(<script id="reports"[^>]*>)[^<]*/;
  return readFileSync(TEMPLATE, 'utf8').replace(place, (_, element: string) => element + data);
}
