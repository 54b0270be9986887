import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CaseResult } from '../measure/run-case.ts';
import type { BenchDocument } from './document.ts';
import { formatMarkdown } from './markdown.ts';
import { plotConnections } from './plot-connections.ts';
import { plotThroughput } from './plot.ts';
import { rowsOf } from './rows.ts';

/** Cases whose throughput belongs in one picture. */
const PLOTTED = ['limit', 'drain', 'lines', 'forward'];
const PLOT = 'bench-drain.svg';
const CONNECTIONS_PLOT = 'bench-connections.svg';

/** Writes `bench.json`, `bench.md` and the plots. Returns the names of the files. */
export function writeReport(
  folder: string,
  document: BenchDocument,
  results: readonly CaseResult[],
): string[] {
  mkdirSync(folder, { recursive: true });
  const connections = results.find(({ benchCase }) => benchCase.name === 'scaling');
  const plots = new Map([
    [PLOT, plotThroughput(results.filter(({ benchCase }) => PLOTTED.includes(benchCase.name)))],
    [CONNECTIONS_PLOT, connections === undefined ? null : plotConnections(connections)],
  ]);
  const drawn = [...plots].filter(([, plot]) => plot !== null).map(([name]) => name);
  const page = formatMarkdown(document, results.flatMap(rowsOf), drawn);
  const files = new Map([
    ['bench.json', `${JSON.stringify(document, null, 2)}\n`],
    ['bench.md', page],
  ]);
  for (const [name, plot] of plots) {
    if (plot !== null) files.set(name, plot);
    // A picture of an earlier run beside this one's table would mislead.
    else rmSync(path.join(folder, name), { force: true });
  }
  for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  return [...files.keys()];
}
