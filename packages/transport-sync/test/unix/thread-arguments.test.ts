import { expect, it } from 'vitest';
import { threadArguments } from '../../src/link/thread-arguments.js';

it('a thread inherits the arguments of the process', () => {
  expect(threadArguments(['--expose-gc', '-C', 'some-condition'])).toBeUndefined();
});

it('a thread of a program given on the command line gets only what a thread may have', () => {
  const program = ['--expose-gc', '-C', 'one', '--conditions=two', '--import', './hook.mjs'];
  expect(threadArguments([...program, '--input-type=module', '-e', 'code'])).toEqual([
    ...['-C', 'one', '--conditions=two', '--import', './hook.mjs'],
  ]);
  expect(threadArguments(['--input-type', 'module'])).toEqual([]);
});
