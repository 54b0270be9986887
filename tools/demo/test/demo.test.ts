import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { formatTable, type StepResult } from '../src/report.js';

it('moves and verifies the tree in both states of the flag, and explains every failure', async () => {
  const main = path.join(import.meta.dirname, '../dist/main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--json']);
  const { results } = JSON.parse(stdout) as { results: StepResult[] };
  expect(results).toHaveLength(10);
  expect(results.filter((result) => !result.ok)).toEqual([]);
  const explained = results.filter(({ flag, explanation }) => flag === 'on' && explanation !== '');
  expect(explained.at(-1)?.explanation).toMatch(/^connection refused/);
});

it('lines its table up', () => {
  const result: StepResult = {
    flag: 'on',
    step: 'push',
    backend: 'pipe',
    moved: '',
    captured: 5,
    exit: 'status 0',
    explanation: '',
    ok: true,
  };
  const [header, rule, row] = formatTable([result]).split('\n');
  expect(header).toMatch(/flag {2}step {2}backend/);
  expect(rule).toMatch(/^─ {2}─{4} {2}─{4} {2}─{7}/);
  expect(row).toBe('✓  on    push  pipe     –                   5 B captured  status 0  –');
});
