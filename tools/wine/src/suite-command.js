import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FLAG_STATES, suiteResult, table, totals } from './suites.js';

/*
 * What the commands share that run test suites on some Node: options, progress, and the results.
 */

/**
 * @typedef {object} SuiteRequest
 * @property {string[]} nodes major versions
 * @property {string[]} packages
 * @property {string[]} flags
 * @property {boolean} json
 * @property {boolean} help
 * @property {boolean} setup
 */

/**
 * The options of such a command; tells what is wrong with them, and returns `null`.
 *
 * @param {{ nodes: readonly string[], packages: readonly string[], setup?: boolean }} known
 * @returns {SuiteRequest | null}
 */
export function suiteRequest({ nodes, packages, setup = false }) {
  try {
    const { values } = parseArgs({
      options: {
        node: { type: 'string', default: nodes.join(',') },
        package: { type: 'string', default: packages.join(',') },
        flag: { type: 'string', default: FLAG_STATES.join(',') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        ...(setup && { setup: { type: /** @type {const} */ ('boolean'), default: false } }),
      },
    });
    return {
      nodes: listed('--node', values.node, (major) => /^\d+$/.test(major)),
      packages: listed('--package', values.package, (name) => packages.includes(name)),
      flags: listed('--flag', values.flag, (state) => FLAG_STATES.includes(state)),
      json: values.json,
      help: values.help,
      setup: 'setup' in values && values.setup === true,
    };
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\nTry --help.\n`);
    return null;
  }
}

/** @param {string} option @param {string} list @param {(word: string) => boolean} isValid */
function listed(option, list, isValid) {
  const words = list.split(',');
  const wrong = words.find((word) => !isValid(word));
  if (wrong !== undefined) throw new Error(`${option} does not know '${wrong}'.`);
  return words;
}

/** Lines of progress with the seconds since now. @param {NodeJS.WriteStream} stream */
export function teller(stream) {
  const started = performance.now();
  return (/** @type {string} */ text) => {
    const seconds = String(Math.round((performance.now() - started) / 1_000)).padStart(4);
    stream.write(`[${seconds} s] ${text}\n`);
  };
}

/**
 * Runs one package's tests, and reads what they wrote of themselves.
 *
 * @param {{ version: string, name: string, flags: readonly string[], folder: string }} suite
 *   `folder`: of the package, where this process finds the results
 * @param {(env: Record<string, string>) => Promise<{ status: number, output: string }>} vitest
 * @param {(text: string) => void} tell
 */
export async function runSuite({ version, name, flags, folder }, vitest, tell) {
  const results = path.join(folder, 'test-results');
  rmSync(results, { recursive: true, force: true });
  const { status, output } = await vitest({
    NO_COLOR: '1',
    CI: '1',
    ...(flags.length === 1 && { RSYNC_IO_FLAG: flags[0] ?? '' }),
  });
  const suite = flags.map((flag) => {
    const file = path.join(results, `${flag}.json`);
    const written = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
    return suiteResult(version, name, flag, written, status);
  });
  if (status !== 0) process.stderr.write(output);
  for (const { flag, passed, failed, skipped } of suite) {
    tell(`${name}, flag ${flag}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  return suite;
}

/**
 * The table at the end; returns the exit status.
 *
 * @param {readonly import('./suites.js').SuiteResult[]} results
 * @param {NodeJS.WriteStream} progress
 * @param {boolean} json
 */
export function conclude(results, progress, json) {
  const { passed, failed, skipped } = totals(results);
  progress.write(`\n${table(results)}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (json) {
    process.stdout.write(`${JSON.stringify({ results, passed, failed, skipped }, null, 2)}\n`);
  }
  return failed === 0 ? 0 : 1;
}
