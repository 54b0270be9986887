import { rmSync } from 'node:fs';
import path from 'node:path';
import type { FlagState } from '@rsync-io/kit/workspace';
import { type Log, NodeUnavailableError, type Platform, type TestNode } from './platform.ts';
import { notRun, type SuiteResult, suiteResults } from './suites.ts';

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
  selection: Selection,
  log: Log,
): Promise<SuiteResult[]> {
  const system = await platform.open(log);
  const results: SuiteResult[] = [];
  for (const major of selection.nodes) {
    try {
      const node = await system.node(major);
      log(`Node ${node.version}`);
      if (!selection.setup) results.push(...(await testOn(node, platform, selection, log)));
    } catch (error) {
      if (!(error instanceof NodeUnavailableError)) throw error;
      log(error.message);
      results.push(notRun(major, error.message));
    }
  }
  return results;
}

async function testOn(node: TestNode, platform: Platform, request: Selection, log: Log) {
  const results: SuiteResult[] = [];
  const [onlyFlag] = request.flags.length === 1 ? request.flags : [];
  for (const name of request.packages) {
    const folder = path.join(node.project, 'packages', name, 'test-results');
    rmSync(folder, { recursive: true, force: true });
    const { status, output } = await node.vitest(name, ['run', ...(platform.filters[name] ?? [])], {
      NO_COLOR: '1',
      CI: '1',
      ...(onlyFlag !== undefined && { RSYNC_IO_FLAG: onlyFlag }),
    });
    if (status !== 0) process.stderr.write(output);
    const rows = suiteResults({ node: node.version, name, folder, status });
    for (const { flag, passed, failed, skipped } of rows) {
      log(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    }
    results.push(...rows);
  }
  return results;
}
