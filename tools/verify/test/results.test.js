import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readResults } from '../src/results.js';

/** @type {string} */
let folder;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-verify-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const project = () => ({ name: '@x/y', folder, scripts: { test: 'vitest run' }, features: null });

/**
 * @param {string} state
 * @param {object[]} tests
 * @param {string[]} errors
 */
function wrote(state, tests, errors = []) {
  mkdirSync(path.join(folder, 'test-results'), { recursive: true });
  const file = path.join(folder, 'test-results', `${state}.json`);
  writeFileSync(file, JSON.stringify({ project: 'y', state, tests, errors }));
}

test('counts each state of the flag by itself', () => {
  wrote('off', [{ title: 'a', status: 'passed' }]);
  wrote('on', [
    { title: 'a', status: 'passed' },
    { title: 'b', status: 'failed' },
  ]);
  const { rows, problems } = readResults([project()], ['off', 'on']);
  expect(rows).toEqual([
    { project: '@x/y', state: 'off', passed: 1, failed: 0, skipped: 0 },
    { project: '@x/y', state: 'on', passed: 1, failed: 1, skipped: 0 },
  ]);
  expect(problems).toEqual([]);
});

test('a state without a results file is a problem', () => {
  wrote('off', [{ title: 'a', status: 'passed' }]);
  expect(readResults([project()], ['off', 'on']).problems).toEqual([
    '@x/y: no test results with the flag on',
  ]);
});

test('a results file without a test is a problem', () => {
  wrote('on', []);
  expect(readResults([project()], ['on']).problems).toEqual(['@x/y: no tests with the flag on']);
});

test('a test file that could not be loaded is a problem', () => {
  wrote('on', [{ title: 'a', status: 'passed' }], ['test/b.test.ts: no such module']);
  expect(readResults([project()], ['on']).problems).toEqual([
    '@x/y (on): test/b.test.ts: no such module',
  ]);
});

test('a project without tests is not asked for results', () => {
  expect(readResults([{ ...project(), scripts: {} }], ['off', 'on']).problems).toEqual([]);
});

test('says why a test was not run, from its suite, its own title or its note', () => {
  wrote('on', [
    { title: 'f > over sshd — not run: no sshd here > moves a tree', status: 'skipped' },
    { title: 'f > moves a tree — not run: no rsync here', status: 'skipped' },
    { title: 'f > on BSD', status: 'skipped', note: 'this is Linux' },
    { title: 'f > someday', status: 'skipped' },
  ]);
  expect(readResults([project()], ['on']).notRun).toEqual([
    { title: '@x/y (on) f > over sshd > moves a tree', reason: 'no sshd here' },
    { title: '@x/y (on) f > moves a tree', reason: 'no rsync here' },
    { title: '@x/y (on) f > on BSD', reason: 'this is Linux' },
    { title: '@x/y (on) f > someday', reason: 'no reason given' },
  ]);
});
