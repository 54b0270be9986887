import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { workspaceProjects } from '../../../config/flag.ts';
import { readResults } from './results.ts';
import { formatSummary, lastLine, summarize } from './summary.ts';

/*
 * npm test, npm run test:all: one `nx run-many` of the targets named as arguments, then a summary. Nx takes the
 * results of unchanged projects from its cache. Arguments that begin with `-` are passed on to Nx.
 */

const ROOT = path.resolve(import.meta.dirname, '../../..');

const args = process.argv.slice(2);
const targets = args.filter((arg) => !arg.startsWith('-'));
const options = args.filter((arg) => arg.startsWith('-'));

const projects = workspaceProjects();
for (const { folder } of projects) {
  rmSync(path.join(folder, 'test-results'), { recursive: true, force: true });
}
const runRecord = path.join(ROOT, '.nx/cache/run.json');
rmSync(runRecord, { force: true });

const started = performance.now();
const succeeded = await runNx(['run-many', '-t', ...targets, '--parallel=3', ...options]);
const summary = summarize({
  succeeded,
  results: readResults(runRecord, projects),
  requirePeers: process.env['RSYNC_IO_REQUIRE_PEERS'] === '1',
  seconds: (performance.now() - started) / 1_000,
});
process.stdout.write(`\n${formatSummary(summary)}\n\n${lastLine(summary)}\n`);
process.exitCode = summary.failed === 0 ? 0 : 1;

/** @returns whether every task succeeded */
async function runNx(nxArgs: string[]): Promise<boolean> {
  const { NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const color = process.stdout.isTTY ? !NO_COLOR : Boolean(FORCE_COLOR) && FORCE_COLOR !== '0';
  const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
  const child = spawn(process.execPath, [nx, ...nxArgs], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...env, FORCE_COLOR: color ? '1' : '0' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}
