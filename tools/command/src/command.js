import { parseArgs } from 'node:util';

/** Exit status of a command that was not understood; nothing was done. */
const WRONG_USAGE = 2;
/** Exit status of a command that cannot be run on this machine. */
const NOT_HERE = 3;

/** What was asked for cannot be run on this machine; the message says why, and what to do. */
export class NotHereError extends Error {}

const HELP_OPTION = /** @type {const} */ ({ type: 'boolean', short: 'h', default: false });

/**
 * What `parseArgs` makes of options.
 *
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @typedef {ReturnType<typeof parseArgs<{ options: Options, allowPositionals: true }>>['values']} Values
 */

/**
 * The frame of a tool's command line. Sets `process.exitCode`.
 *
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @template Request
 * @param {object} description
 * @param {string} description.name as in `npm run NAME`, for messages
 * @param {string} description.help all of it
 * @param {Options} description.options as `parseArgs` takes them; `--help` and `-h` are added
 * @param {boolean} [description.allowPositionals] words that are no options (default: they are wrong usage)
 * @param {(values: Values<Options>, positionals: readonly string[]) => Request} description.read what is asked
 *   for; throws an Error that says what is wrong with it, for a person
 * @param {(request: Request) => number | Promise<number>} description.run returns the exit status; throws
 *   {@link NotHereError}
 */
export async function command({ name, help, options, allowPositionals = false, read, run }) {
  let request;
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: HELP_OPTION },
      allowPositionals,
    });
    if (/** @type {{ help: boolean }} */ (values).help) {
      process.stdout.write(help);
      return;
    }
    request = read(/** @type {Values<Options>} */ (values), positionals);
  } catch (error) {
    process.stderr.write(`${name}: ${/** @type {Error} */ (error).message}\nTry --help.\n`);
    process.exitCode = WRONG_USAGE;
    return;
  }
  try {
    process.exitCode = await run(request);
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error;
    process.stderr.write(`${name}: not run: ${error.message}\n`);
    process.exitCode = NOT_HERE;
  }
}
