import path from 'node:path';
import { ROOT, toolCommand } from './workspace.js';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string[]} command
 * @property {boolean} [countsTests] its outcome is read from the tests' results, not from its exit code alone
 */

/** @param {...string} targets */
const tasks = (...targets) => toolCommand('nx', 'run-many', '-t', ...targets, '--parallel=2');

/** @param {string} name */
const ownCheck = (name) => [process.execPath, path.join(ROOT, 'tools/verify/src', name)];

/** Everything that `npm test` runs, in this order; a failure does not keep the rest from running. @type {Step[]} */
export const steps = [
  { title: 'Format', command: toolCommand('prettier', '--check', '--log-level=warn', '.') },
  { title: 'Lint, types, builds, packages', command: tasks('lint', 'typecheck', 'build', 'check') },
  { title: 'Import boundaries are enforced', command: ownCheck('boundary-canary.js') },
  { title: 'Both variants of the flag', command: ownCheck('variants.js') },
  { title: 'Tests', command: tasks('test'), countsTests: true },
];
