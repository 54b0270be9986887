import { COMBINATIONS, nameOf } from '../matrix/combination.js';
import { FAULT_GROUPS } from '../matrix/fault-case.js';
import type { CaseResult } from '../run/run-case.js';

/** What a run has shown, in figures. */
export interface Totals {
  readonly cases: number;
  readonly right: number;
  readonly wrong: number;
  readonly notStruck: number;
  readonly nodesOwn: number;
}

export function totalsOf(results: readonly CaseResult[]): Totals {
  const count = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind).length;
  return {
    cases: results.length,
    right: count('right'),
    wrong: count('wrong'),
    notStruck: count('not struck'),
    nodesOwn: count('node'),
  };
}

/** Right cases of all that struck, by fault and combination, and every case that is not right. */
export function formatSummary(results: readonly CaseResult[]): string {
  const columns = COMBINATIONS.map(nameOf);
  const width = Math.max(...columns.map(({ length }) => length));
  const row = (cells: readonly string[]) =>
    cells
      .map((cell) => cell.padEnd(width))
      .join('  ')
      .trimEnd();
  const cell = (group: string, column: string) => {
    const { cases, right, wrong } = totalsOf(
      results.filter((one) => one.case.group === group && nameOf(one.case.combination) === column),
    );
    return cases === 0 ? '–' : wrong === 0 ? `${right}` : `${right}, ${wrong} WRONG`;
  };
  const table = [
    row(['right', ...columns]),
    ...FAULT_GROUPS.map((group) => row([group, ...columns.map((column) => cell(group, column))])),
  ];
  return `${[...table, ...notRight(results), '', lastLine(totalsOf(results))].join('\n')}\n`;
}

function notRight(results: readonly CaseResult[]): string[] {
  return [
    ...listed('Node itself ends, hangs or leaks (not counted as right):', results, ({ verdict }) =>
      verdict.kind === 'node' ? verdict.why : null,
    ),
    ...listed('Not struck (not counted):', results, ({ verdict }) =>
      verdict.kind === 'not struck' ? '' : null,
    ),
    ...listed('WRONG:', results, ({ verdict }) =>
      verdict.kind === 'wrong' ? verdict.problems.join('; ') : null,
    ),
  ];
}

function listed(
  title: string,
  results: readonly CaseResult[],
  why: (result: CaseResult) => string | null,
): string[] {
  const lines = results.flatMap((result) => {
    const reason = why(result);
    if (reason === null) return [];
    const at = result.strike === null ? '' : ` [${result.strike.replace(/\s+/g, ' ')}]`;
    return [`  ${result.case.name}${reason && `: ${reason}`}${at}`];
  });
  return lines.length === 0 ? [] : ['', title, ...lines];
}

const lastLine = ({ right, wrong, notStruck, nodesOwn }: Totals) =>
  `${right} right, ${wrong} wrong, ${nodesOwn} by Node itself, ${notStruck} not struck`;
