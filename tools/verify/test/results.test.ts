import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readResults } from '../src/results.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-verify-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Reads the results of a project `p`, and of a task that is not a test. */
function read(status: number, features: Record<string, boolean> | null = null) {
  const record = path.join(folder, 'run.json');
  const task = (projectName: string, target: string, status: number) => ({
    taskId: `${projectName}:${target}`,
    projectName,
    target,
    status,
  });
  const tasks = [task('root', 'lint', 0), task('p', 'test', status)];
  writeFileSync(record, JSON.stringify({ tasks }));
  return readResults(record, [
    {
      name: 'p',
      folder,
      scripts: { test: 'vitest run --mode fast' },
      dependencies: [],
      tags: [],
      features,
    },
  ]);
}

function write(run: string, tests: object[], errors: string[] = []) {
  mkdirSync(path.join(folder, 'test-results/fast'), { recursive: true });
  const file = path.join(folder, 'test-results/fast', `${run}.json`);
  writeFileSync(file, JSON.stringify({ run, tests, errors }));
}

it('counts each state of the flag separately', () => {
  write('off', [{ title: 'a', status: 'passed' }]);
  write('on', [
    { title: 'a', status: 'passed' },
    { title: 'b', status: 'failed' },
  ]);
  const { tests, problems, checks } = read(1, {});
  expect(tests).toEqual([
    { project: 'p', run: 'off', passed: 1, failed: 0, skipped: 0 },
    { project: 'p', run: 'on', passed: 1, failed: 1, skipped: 0 },
  ]);
  expect(problems).toEqual([]);
  expect(checks).toEqual(['root:lint']);
});

it('reports a state of the flag without results', () => {
  write('off', [{ title: 'a', status: 'passed' }]);
  expect(read(0, {}).problems).toEqual(['p:test: no results (flag on)']);
});

it('reports results without a test', () => {
  write('any', []);
  expect(read(0).problems).toEqual(['p: no tests']);
});

it('reports a test file that failed to load', () => {
  write('any', [{ title: 'a', status: 'passed' }], ['test/b.test.ts: no such module']);
  expect(read(1).problems).toEqual(['p: test/b.test.ts: no such module']);
});

it('reports a task that failed although every test passed', () => {
  write('any', [{ title: 'a', status: 'passed' }]);
  expect(read(1).problems).toEqual(['p:test failed']);
});

it('reports that Nx did not finish', () => {
  expect(readResults(path.join(folder, 'missing.json'), []).problems).toEqual([
    'Nx did not finish',
  ]);
});

it('takes the reason of a skipped test from its suite, its title or its note', () => {
  write('any', [
    { title: 'f > over sshd — not run: no sshd here > moves a tree', status: 'skipped' },
    { title: 'f > moves a tree — not run: no rsync here', status: 'skipped' },
    { title: 'f > on BSD', status: 'skipped', note: 'this is Linux' },
    { title: 'f > someday', status: 'skipped' },
  ]);
  expect(read(0).notRun).toEqual([
    { title: 'p: f > over sshd > moves a tree', reason: 'no sshd here' },
    { title: 'p: f > moves a tree', reason: 'no rsync here' },
    { title: 'p: f > on BSD', reason: 'this is Linux' },
    { title: 'p: f > someday', reason: 'no reason given' },
  ]);
});
