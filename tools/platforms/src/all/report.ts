import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { PLATFORMS } from '../platforms.ts';
import { type SuiteResult, totals } from '../suites.ts';

export const REPORT = path.join(ROOT, 'reports/platforms.json');

/** The platforms, and test files of this tool. */
export const SECTIONS = [...Object.keys(PLATFORMS), 'runtimes', 'containers'];

export interface Section {
  /** When it ended, in ISO 8601. */
  readonly at: string;
  readonly results: readonly SuiteResult[];
  /** Why nothing ran. */
  readonly reason?: string;
  /** Titles of tests; only for the test files of this tool. */
  readonly passed?: readonly string[];
  readonly skipped?: readonly string[];
}

export type Report = Record<string, Section>;

/** Results of earlier runs. */
export const readReport = (): Report =>
  existsSync(REPORT) ? (JSON.parse(readFileSync(REPORT, 'utf8')) as Report) : {};

export interface Row {
  readonly where: string;
  /** Numbers of passed, failed and skipped tests, or why there are none. */
  readonly cells: readonly string[];
  /** Failed tests. */
  readonly problems: readonly string[];
  readonly isRun: boolean;
}

/** A row for each section and version of Node. */
export const rows = (report: Report): Row[] =>
  SECTIONS.flatMap((name): Row[] => {
    const { results = [], reason } = report[name] ?? { reason: 'no run yet' };
    if (reason !== undefined) {
      const cells = [`not run: ${reason}`, '', ''];
      return [{ where: name, cells, problems: [], isRun: false }];
    }
    const nodes = [...new Set(results.map(({ node }) => node))];
    return nodes.map((node) => {
      const own = results.filter((result) => result.node === node);
      const problems = own.flatMap((r) => r.problems.map((text) => `${r.package}: ${text}`));
      const { passed, failed, skipped } = totals(own);
      return {
        where: `${name}, Node ${node.slice(1)}${selection(name, own)}`,
        cells: [passed, failed, skipped].map(String),
        problems: [...new Set(problems)],
        isRun: true,
      };
    });
  });

/** Names the packages if some of the platform's were not tested. */
function selection(name: string, results: readonly SuiteResult[]): string {
  const packages = [...new Set(results.map((result) => result.package))];
  const all = PLATFORMS[name]?.packages.length ?? packages.length;
  return packages.length < all ? ` (only ${packages.join(', ')})` : '';
}
