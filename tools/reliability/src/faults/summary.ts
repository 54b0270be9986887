import { formatTable } from '@rsync-io/kit/table';
import { COMBINATIONS, FAULT_GROUPS, nameOf } from './fault-case.ts';
import type { Verdict } from './judge.ts';
import type { CaseResult } from './run-case.ts';

export const count = (results: readonly CaseResult[], kind: Verdict['kind']) =>
  results.filter(({ verdict }) => verdict.kind === kind).length;

const totals = (results: readonly CaseResult[]) => ({
  right: count(results, 'right'),
  wrong: count(results, 'wrong'),
  notInjected: count(results, 'not injected'),
  nodeDefects: count(results, 'node'),
});

export function asJson(results: readonly CaseResult[]): string {
  const cases = results.map(({ case: { name }, verdict, seconds, injectedCall }) => ({
    ...{ name, injectedCall, ...verdict },
    seconds: Number(seconds.toFixed(3)),
  }));
  return `${JSON.stringify({ ...totals(results), cases }, null, 2)}\n`;
}

/** A table of the right cases, and every case that is not right. */
export function summary(results: readonly CaseResult[]): string {
  const columns = COMBINATIONS.map(nameOf);
  const cell = (group: string, column: string) => {
    const own = results.filter(({ case: { name } }) => name.startsWith(`${column} ${group}:`));
    const wrong = count(own, 'wrong');
    if (own.length === 0) return '–';
    return `${count(own, 'right')}${wrong === 0 ? '' : `, ${wrong} WRONG`}`;
  };
  const section = (title: string, kind: Verdict['kind']) => {
    const lines = results
      .filter(({ verdict }) => verdict.kind === kind)
      .map(({ case: { name }, verdict, injectedCall }) => {
        const call = injectedCall === null ? '' : ` [${injectedCall.replace(/\s+/g, ' ')}]`;
        return `  ${name}: ${verdict.text}${call}`;
      });
    return lines.length === 0 ? [] : ['', title, ...lines];
  };
  const { right, wrong, nodeDefects, notInjected } = totals(results);
  return [
    formatTable(
      ['right', ...columns],
      FAULT_GROUPS.map((group) => [group, ...columns.map((column) => cell(group, column))]),
    ),
    ...section('Defects of Node (not counted as right):', 'node'),
    ...section('Not injected (not counted):', 'not injected'),
    ...section('WRONG:', 'wrong'),
    `\n${right} right, ${wrong} wrong, ${nodeDefects} defects of Node, ${notInjected} not injected\n`,
  ].join('\n');
}
