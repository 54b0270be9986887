import { formatTable } from '@rsync-io/kit/table';
import { COMBINATIONS, nameOf } from './combination.ts';
import { FAULT_GROUPS } from './fault-case.ts';
import type { CaseResult } from './run/run-case.ts';

export function totalsOf(results: readonly CaseResult[]) {
  const count = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind).length;
  return {
    cases: results.length,
    right: count('right'),
    wrong: count('wrong'),
    notInjected: count('not injected'),
    nodeDefects: count('node'),
  };
}

/** A table of the right cases, and every case that is not right. */
export function formatSummary(results: readonly CaseResult[]): string {
  const columns = COMBINATIONS.map(nameOf);
  const cell = (group: string, column: string) => {
    const { cases, right, wrong } = totalsOf(
      results.filter((one) => one.case.group === group && nameOf(one.case.combination) === column),
    );
    return cases === 0 ? '–' : wrong === 0 ? `${right}` : `${right}, ${wrong} WRONG`;
  };
  const rows = FAULT_GROUPS.map((group) => [group, ...columns.map((name) => cell(group, name))]);
  const { right, wrong, nodeDefects, notInjected } = totalsOf(results);
  return [
    formatTable(['right', ...columns], rows),
    ...section('Defects of Node (not counted as right):', results, ({ verdict }) =>
      verdict.kind === 'node' ? verdict.why : null,
    ),
    ...section('Not injected (not counted):', results, ({ verdict }) =>
      verdict.kind === 'not injected' ? '' : null,
    ),
    ...section('WRONG:', results, ({ verdict }) =>
      verdict.kind === 'wrong' ? verdict.problems.join('; ') : null,
    ),
    `\n${right} right, ${wrong} wrong, ${nodeDefects} defects of Node, ${notInjected} not injected\n`,
  ].join('\n');
}

function section(
  title: string,
  results: readonly CaseResult[],
  why: (result: CaseResult) => string | null,
): string[] {
  const lines = results.flatMap((result) => {
    const reason = why(result);
    if (reason === null) return [];
    const call =
      result.injectedCall === null ? '' : ` [${result.injectedCall.replace(/\s+/g, ' ')}]`;
    return [`  ${result.case.name}${reason && `: ${reason}`}${call}`];
  });
  return lines.length === 0 ? [] : ['', title, ...lines];
}
