import { expect, it } from 'vitest';
import { conditionArguments, withoutPreloads } from '../../src/link/thread-options.js';

it('the drain thread inherits export conditions, and nothing else', () => {
  const program = ['--expose-gc', '-C', 'one', '--conditions=two', '--import', './hook.mjs'];
  const options = '--require ./hook.cjs --conditions three';
  expect(conditionArguments([...program, '--input-type=module', '-e', 'code'], options)).toEqual([
    '--conditions=one',
    '--conditions=two',
    '--conditions=three',
  ]);
  expect(conditionArguments(['--input-type', 'module'])).toEqual([]);
});

it('NODE_OPTIONS is removed from the environment only while the thread starts', () => {
  process.env['NODE_OPTIONS'] = '--conditions=one';
  const seen = withoutPreloads(({ execArgv }) => [process.env['NODE_OPTIONS'], execArgv]);
  expect(seen).toEqual([undefined, expect.arrayContaining(['--conditions=one'])]);
  expect(process.env['NODE_OPTIONS']).toBe('--conditions=one');
  delete process.env['NODE_OPTIONS'];
});
