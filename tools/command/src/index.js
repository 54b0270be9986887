export { command, NotHereError } from './command.js';
export { INTERRUPTED, interruption } from './interruption.js';
export { oneLine } from './one-line.js';
export { listed, number } from './options.js';
export { timedLines } from './timed-lines.js';

/**
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @typedef {import('./command.js').Values<Options>} Values
 */
