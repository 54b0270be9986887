import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { findPeers } from '@rsync-io/testkit';
import type { CaseResult } from '../measure/run-case.ts';
import { rowsOf } from './rows.ts';

/** When and where a run began. The load average of the last minute shows whether the machine was busy. */
export function thisRun() {
  const cpus = os.cpus();
  const packages = ['@rsync-io/ssh', 'execa', 'tinyexec'].map((name) => {
    const file = path.join(ROOT, 'node_modules', name, 'package.json');
    return [name, (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version];
  });
  const programs = (['rsync', 'ssh', 'sshd'] as const).map((name) => [
    name,
    findPeers()[name]?.version ?? 'not installed',
  ]);
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpus[0]?.model.trim() ?? 'unknown processor',
      cores: cpus.length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      loadAverage: Math.round((os.loadavg()[0] as number) * 100) / 100,
    },
    versions: {
      node: process.version,
      ...Object.fromEntries([...packages, ...programs]),
    } as Record<string, string>,
  };
}

/** The contents of `bench.json`. Increment `schema` if its readers must change. */
export const toDocument = (
  run: ReturnType<typeof thisRun> & { quick: boolean; interrupted: boolean },
  results: readonly CaseResult[],
) => ({
  schema: 3,
  ...run,
  cases: results.map(({ benchCase, ...result }) => ({
    name: benchCase.name,
    ...result,
    rows: rowsOf({ benchCase, ...result }),
  })),
});

export type BenchDocument = ReturnType<typeof toDocument>;

export const rowsIn = (document: BenchDocument) => document.cases.flatMap(({ rows }) => rows);
