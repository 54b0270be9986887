import { formatTable } from '@rsync-io/kit/table';
import { COMBINATIONS, FAULT_GROUPS, nameOf } from './fault-case.ts';
import type { Verdict } from './judge.ts';
import type { CaseResult } from './run-case.ts';

export const count = (results: readonly CaseResult[], kind: Verdict['kind']) =>
  results.filter(({ verdict }) => verdict.kind === kind).length;

export const asJson = (results: readonly CaseResult[]) => {
  const cases = results.map(({ case: { name }, verdict, injectedCall }) => ({
    ...{ name, injectedCall },
    ...verdict,
  }));
  return `${JSON.stringify(cases, null, 2)}\n`;
};

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
  return [
    formatTable(
      ['right', ...columns],
      FAULT_GROUPS.map((group) => [group, ...columns.map((column) => cell(group, column))]),
    ),
    ...section('Defects of Node (not counted as right):', 'node'),
    ...section('Not injected (not counted):', 'not injected'),
    ...section('WRONG:', 'wrong'),
    `\n${count(results, 'right')} right, ${count(results, 'wrong')} wrong, ${count(results, 'node')} defects of Node, ${count(results, 'not injected')} not injected\n`,
  ].join('\n');
}
