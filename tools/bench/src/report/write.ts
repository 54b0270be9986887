import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CaseResult } from '../measure/run-case.js';
import type { BenchDocument } from './document.js';
import { formatMarkdown } from './markdown.js';
import { plotThroughput } from './plot.js';
import { rowsOf } from './rows.js';

/** Cases whose throughput belongs in one picture. */
const PLOTTED = ['drain', 'lines'];
const PLOT = 'bench-drain.svg';

/** Writes `bench.json`, `bench.md` and the plot. Returns the names of the files. */
export function writeReport(
  folder: string,
  document: BenchDocument,
  results: readonly CaseResult[],
): string[] {
  mkdirSync(folder, { recursive: true });
  const plot = plotThroughput(results.filter(({ benchCase }) => PLOTTED.includes(benchCase.name)));
  const page = formatMarkdown(document, results.flatMap(rowsOf), plot === null ? null : PLOT);
  const files = new Map([
    ['bench.json', `${JSON.stringify(document, null, 2)}\n`],
    ['bench.md', page],
  ]);
  if (plot !== null) files.set(PLOT, plot);
  // A picture of an earlier run beside this one's table would mislead.
  else rmSync(path.join(folder, PLOT), { force: true });
  for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  return [...files.keys()];
}
