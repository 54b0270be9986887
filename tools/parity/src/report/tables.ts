import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatTable } from '@rsync-io/kit/table';
import { describeDifference } from '../difference.ts';
import type { ParityReport } from './report.ts';

/** Writes one text file with a table for each report of a folder; returns the file. */
export function writeTables(folder: string): string {
  const file = path.join(folder, 'parity.txt');
  writeFileSync(file, readReports(folder).map(section).join('\n'));
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

function section({ platform, code, totals, rows, ...report }: ParityReport): string {
  const { cells, red } = totals;
  const what = report.replay ? 'recorded transfers, replayed' : 'real transfers';
  const verdict = red === 0 ? `equal in all ${cells} cells` : `${red} of ${cells} cells differ`;
  const changed = code.clean ? '' : ' with changes';
  const versions = Object.entries(report.versions).map((entry) => entry.join(': '));
  const lines = rows.map((row) => [
    `${row.name} ${row.direction}`,
    ...row.cells.map(({ differences }) => (differences.length > 0 ? '≠' : '=')),
  ]);
  const differences = rows.flatMap(({ name, direction, cells }) =>
    cells.flatMap((cell) => {
      const title = `${name} ${direction} ${cell.variant}`;
      return cell.differences.map((one) => describeDifference(title, one));
    }),
  );
  return [
    `${platform}: ${verdict} (${totals.rows} ${what})`,
    report.complete ? '' : 'Only a part of the matrix was run.\n',
    `${report.date.slice(0, 16)}, ${code.commit.slice(0, 10)}${changed}, ${versions.join(', ')}\n`,
    `${formatTable(['transfer', ...report.variants], lines)}\n`,
    ...differences,
  ].join('\n');
}
