import { rmSync } from 'node:fs';
import path from 'node:path';
import type { FlagState } from '@rsync-io/kit/workspace';
import { type Log, NodeUnavailableError, type Platform, type TestNode } from './platform.ts';
import { failure, NO_PACKAGE, type SuiteResult, suiteResults } from './suites.ts';

export interface Selection {
  readonly nodes: readonly string[];
  readonly packages: readonly string[];
  readonly flags: readonly FlagState[];
  /** Only downloads Node and prepares the system. */
  readonly setup: boolean;
}

/** Runs the selected suites, one after the other. Throws UnsupportedError. */
export async function testPlatform(
  platform: Platform,
  { nodes, packages, flags, setup }: Selection,
  log: Log,
): Promise<SuiteResult[]> {
  const open = await platform.open(log);
  const only = flags.length === 1 ? { RSYNC_IO_FLAG: flags[0] as FlagState } : {};
  const results: SuiteResult[] = [];
  for (const major of nodes) {
    try {
      const node = await open(major);
      log(`Node ${node.version}`);
      for (const name of setup ? [] : packages) {
        const args = ['run', ...(platform.filters?.[name] ?? [])];
        results.push(...(await testPackage(node, name, args, only, log)));
      }
    } catch (error) {
      if (!(error instanceof NodeUnavailableError)) throw error;
      log(error.message);
      results.push(failure(`v${major}`, NO_PACKAGE, error.message));
    }
  }
  return results;
}

async function testPackage(
  node: TestNode,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  log: Log,
): Promise<SuiteResult[]> {
  const folder = path.join(node.project, 'packages', name, 'test-results');
  rmSync(folder, { recursive: true, force: true });
  const { status, output } = await node.vitest(name, args, { NO_COLOR: '1', CI: '1', ...env });
  if (status !== 0) process.stderr.write(output);
  const rows = suiteResults({ node: node.version, name, folder, status });
  for (const { flag, passed, failed, skipped } of rows) {
    log(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  return rows;
}
