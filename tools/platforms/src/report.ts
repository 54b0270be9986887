import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { PLATFORMS } from './platforms.ts';
import { NO_PACKAGE, type SuiteResult, totals } from './suites.ts';

const REPORT = path.join(ROOT, 'reports/platforms.json');

/** The platforms, and test files of this tool. */
export const SECTIONS = [...Object.keys(PLATFORMS), 'runtimes', 'containers'];

export interface SectionRun {
  readonly results: readonly SuiteResult[];
  /** Why nothing ran. */
  readonly reason?: string;
  /** Titles of tests; only for the test files of this tool. */
  readonly passed?: readonly string[];
  readonly skipped?: readonly string[];
}

interface Section extends SectionRun {
  /** When it ended, in ISO 8601. */
  readonly at: string;
}

export type Report = Record<string, Section>;

/** Results of earlier runs. */
export const readReport = (): Report =>
  existsSync(REPORT) ? (JSON.parse(readFileSync(REPORT, 'utf8')) as Report) : {};

/** Adds the results of a run that ended now. */
export function saveSection(name: string, run: SectionRun): void {
  mkdirSync(path.dirname(REPORT), { recursive: true });
  // Read here, because another run may have ended in the meantime.
  const report = readReport();
  const results = merge(report[name]?.results ?? [], run.results);
  const section: Section = { at: new Date().toISOString(), ...run, results };
  writeFileSync(REPORT, `${JSON.stringify({ ...report, [name]: section }, null, 2)}\n`);
}

/** Replaces the older results of the packages and major versions of Node that were tested again. */
export function merge(
  older: readonly SuiteResult[],
  newer: readonly SuiteResult[],
): readonly SuiteResult[] {
  const isReplaced = (old: SuiteResult) =>
    newer.some(
      (one) => major(one) === major(old) && [one.package, NO_PACKAGE].includes(old.package),
    );
  return [...older.filter((old) => !isReplaced(old)), ...newer];
}

const major = ({ node }: SuiteResult) => node.split('.')[0];

export interface Row {
  readonly where: string;
  /** Numbers of passed, failed and skipped tests, or why there are none. */
  readonly cells: readonly string[];
  /** Failed tests. */
  readonly problems: readonly string[];
  readonly isRun: boolean;
}

const { compare: byVersion } = new Intl.Collator('en', { numeric: true });

/** A row for each section and version of Node. */
export const rows = (report: Report, sections: readonly string[] = SECTIONS): Row[] =>
  sections.flatMap((name): Row[] => {
    const { results = [], reason } = report[name] ?? { reason: NO_RUN };
    if (reason !== undefined) return [notRun(name, reason)];
    const tested = new Set(results.map(({ node }) => node));
    const majors = new Set(results.map(major));
    const missing = (PLATFORMS[name]?.nodes ?? []).map((node) => `v${node}`);
    const nodes = [...tested, ...missing.filter((node) => !majors.has(node))].sort(byVersion);
    return nodes.map((node) => nodeRow(name, node, results));
  });

const NO_RUN = 'no run yet';

const notRun = (where: string, reason: string): Row => ({
  where,
  cells: [`not run: ${reason}`, '', ''],
  problems: [],
  isRun: false,
});

function nodeRow(name: string, node: string, results: readonly SuiteResult[]): Row {
  const own = results.filter((result) => result.node === node);
  const where = `${name}, Node ${node.slice(1)}`;
  if (own.length === 0) return notRun(where, NO_RUN);
  const problems = own.flatMap((r) => r.problems.map((text) => `${r.package}: ${text}`));
  const { passed, failed, skipped } = totals(own);
  return {
    where: `${where}${selection(name, own)}`,
    cells: [passed, failed, skipped].map(String),
    problems: [...new Set(problems)],
    isRun: true,
  };
}

/** Names the packages if some of the platform's were not tested. */
function selection(name: string, results: readonly SuiteResult[]): string {
  const packages = [...new Set(results.map((result) => result.package))];
  const all = PLATFORMS[name]?.packages.length ?? packages.length;
  return packages.length < all ? ` (only ${packages.join(', ')})` : '';
}
