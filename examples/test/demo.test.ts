import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { StepResult } from '../demo/scenario.ts';

const main = path.join(import.meta.dirname, '../demo/main.ts');
const demo = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });

it('the demo copies and verifies the tree in both states of the flag and explains every failure', () => {
  const { results } = JSON.parse(demo('--json').stdout) as { results: StepResult[] };
  expect(results).toHaveLength(10);
  expect(results.filter((result) => !result.ok)).toEqual([]);
  const explained = results.filter(({ flag, explanation }) => flag === 'on' && explanation !== '');
  expect(explained.at(-1)?.explanation).toMatch(/^connection refused/);
});

it('the screen of the demo begins with the demo and ends with its table', () => {
  const { stdout, status } = demo();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^server {2}.*\nclient {2}.*\nmover {3}.*\n\n {3}flag {2}step/);
  expect(stdout.match(/^✓ /gm)).toHaveLength(10);
});
