import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Log, NodeUnavailableError, type Platform, type TestNode } from './platform.ts';
import { failure, NO_PACKAGE, type SuiteResult, suiteResults } from './suites.ts';

export interface Selection {
  readonly nodes: readonly string[];
  readonly packages: readonly string[];
}

/** Runs the selected suites of a platform, one after the other. Throws UnsupportedError. */
export async function testPlatform(
  platform: Platform,
  selection: Selection,
  log: Log,
): Promise<SuiteResult[]> {
  const nodes = platform.nodes.filter((node) => selection.nodes.includes(node));
  const packages = platform.packages.filter((name) => selection.packages.includes(name));
  if (nodes.length === 0 || packages.length === 0) return [];
  const open = await platform.open(log);
  const results: SuiteResult[] = [];
  for (const major of nodes) {
    try {
      const node = await open(major);
      log(`Node ${node.version}`);
      for (const name of packages) {
        results.push(...(await testPackage(node, platform, name, log)));
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
  { mode, filters }: Platform,
  name: string,
  log: Log,
): Promise<SuiteResult[]> {
  const args = ['run', ...(mode ? ['--mode', mode] : []), ...(filters?.[name] ?? [])];
  const folder = path.join(node.project, 'packages', name, 'test-results', mode ?? '');
  rmSync(folder, { recursive: true, force: true });
  const env = { NO_COLOR: '1', CI: '1', VITEST_MAX_WORKERS: '2' };
  const { status, output } = await node.vitest(name, args, env);
  if (status !== 0) process.stderr.write(output);
  const rows = suiteResults({ node: node.version, name, folder, status });
  for (const { flag, passed, failed, skipped } of rows) {
    log(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  return rows;
}
