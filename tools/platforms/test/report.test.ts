import { describe, expect, it } from 'vitest';
import { explain } from '../src/explanations.ts';
import { merge, rows } from '../src/report.ts';
import { failure, type SuiteResult } from '../src/suites.ts';

const suite = (node: string, name: string, passed = 1): SuiteResult => ({
  ...{ node, package: name, flag: 'any', passed, failed: 0, skipped: 0 },
  problems: [],
});

const at = '2026-11-28T12:00:00.000Z';

describe('the results of a section', () => {
  it('replace older ones of the same package and major version of Node, and only those', () => {
    const older = [suite('v20.1.0', 'pipe'), suite('v22.1.0', 'pipe'), suite('v22.1.0', 'ssh')];
    expect(merge(older, [suite('v22.1.1', 'pipe', 2)])).toEqual([
      suite('v20.1.0', 'pipe'),
      suite('v22.1.0', 'ssh'),
      suite('v22.1.1', 'pipe', 2),
    ]);
  });

  it('replace the failure of a version of Node that was unavailable', () => {
    expect(merge([failure('v20', 'none', 'gone')], [suite('v20.1.0', 'pipe')])).toEqual([
      suite('v20.1.0', 'pipe'),
    ]);
  });

  it('are listed by version, whatever the order of the runs', () => {
    const results = ['v22.1.0', 'v20.10.0', 'v20.9.0'].map((node) => suite(node, 'containers'));
    const found = rows({ containers: { at, results } }).map(({ where }) => where);
    expect(found.slice(-3)).toEqual([
      'containers, Node 20.9.0',
      'containers, Node 20.10.0',
      'containers, Node 22.1.0',
    ]);
  });

  it('have a row for each version of Node of a platform that was not tested', () => {
    const table = rows({ windows: { at, results: [suite('v22.1.0', 'pipe')] } });
    expect(table.filter(({ where }) => where.startsWith('windows'))).toMatchObject([
      { where: 'windows, Node 20', cells: ['not run: no run yet', '', ''], isRun: false },
      { where: 'windows, Node 22.1.0 (only pipe)', isRun: true },
      { where: 'windows, Node 24', isRun: false },
      { where: 'windows, Node 26', isRun: false },
    ]);
    expect(explain('windows, Node 20', 'not run: no run yet')).toContain(
      '`npm run test:platforms -- --only windows --node 20`',
    );
  });
});
