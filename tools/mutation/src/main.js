import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command, listed, number } from '@rsync-io/command';
import { scores, table } from './scores.js';
import { TARGETS } from './targets.js';

const CHECKOUT = path.resolve(import.meta.dirname, '../../..');
const HELP = `Usage: npm run mutation [-- OPTIONS]

Changes the sources a little, thousands of times, and looks whether a test notices. Prints the score of each
file and writes reports/mutation-<package>.html, which shows the changes that went unnoticed.

  --package LIST  of ${Object.keys(TARGETS).join(', ')} (default: all)
  --only PATH     only this file, relative to the package's folder
  --static        also what runs once, when a module is loaded: tables and constants. Each such change takes a
                  run of all tests, so this takes hours
  --jobs N        tests at a time (default: 2)
  --json          the scores as JSON on stdout, progress on stderr
  --help          this text

Exit status: 0 every score reached its goal (${goals()}); 1 one did not; 2 wrong usage.
`;

const FAILED = 1;

await command({
  name: 'mutation',
  help: HELP,
  options: {
    package: { type: 'string', default: Object.keys(TARGETS).join(',') },
    only: { type: 'string' },
    static: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
  read: ({ package: list, jobs, ...rest }) => ({
    ...rest,
    names: listed('--package', list, Object.keys(TARGETS)),
    jobs: number('--jobs', jobs, { least: 1, most: 99, whole: true }),
  }),
  run,
});

/**
 * @param {{ names: string[], only?: string | undefined, static: boolean, jobs: number, json: boolean }} options
 */
async function run(options) {
  const results = [];
  for (const name of options.names) {
    const report = await mutate(name, options);
    if (report === null) return FAILED;
    results.push(scores(name, report, TARGETS[name]?.atLeast ?? 100));
  }
  const stream = options.json ? process.stderr : process.stdout;
  stream.write(`\n${results.map(table).join('\n\n')}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ reached }) => reached) ? 0 : FAILED;
}

function goals() {
  return Object.entries(TARGETS)
    .map(([name, { atLeast }]) => `${name} ${atLeast} %`)
    .join(', ');
}

/**
 * Runs Stryker on one package.
 *
 * @param {string} name
 * @param {{ only?: string | undefined, static: boolean, jobs: number, json: boolean }} options
 * @returns {Promise<import('./scores.js').MutationReport | null>} `null` when it did not run to its end
 */
async function mutate(name, { only, static: withStatic, jobs, json }) {
  const target = /** @type {import('./targets.js').Target} */ (TARGETS[name]);
  const reports = path.join(CHECKOUT, 'reports');
  const reportFile = path.join(reports, `mutation-${name}.json`);
  const configFile = path.join(CHECKOUT, '.stryker-tmp', `${name}.json`);
  mkdirSync(path.dirname(configFile), { recursive: true });
  mkdirSync(reports, { recursive: true });
  rmSync(reportFile, { force: true });
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tools/mutation/src/vitest.sandbox.config.js', related: false },
    mutate: (only === undefined ? target.mutate : [only]).map((file) => `${target.folder}/${file}`),
    // The sandbox is a copy of what the tests need, not of the whole checkout.
    ignorePatterns: [
      '**',
      `!${target.folder}/**`,
      '!packages/aux-channel/**',
      '!tools/testkit/**',
      '!tools/mutation/src/**',
      '!package.json',
      '!tsconfig.base.json',
      '**/dist/**',
      '**/test-results/**',
      '**/node_modules/**',
    ],
    coverageAnalysis: 'perTest',
    ignoreStatic: !withStatic,
    concurrency: Number(jobs),
    timeoutMS: 2_500,
    disableTypeChecks: false,
    reporters: ['progress-append-only', 'json', 'html'],
    jsonReporter: { fileName: reportFile },
    htmlReporter: { fileName: path.join(reports, `mutation-${name}.html`) },
    tempDirName: '.stryker-tmp',
    allowEmpty: false,
    checkers: [],
  };
  writeFileSync(configFile, JSON.stringify(config));
  const stryker = path.join(CHECKOUT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const child = spawn(process.execPath, [stryker, 'run', configFile], {
    cwd: CHECKOUT,
    env: { ...process.env, RSYNC_IO_MUTATION_TARGET: name },
    stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  rmSync(path.join(CHECKOUT, '.stryker-tmp'), { recursive: true, force: true });
  return code === 0 ? JSON.parse(readFileSync(reportFile, 'utf8')) : null;
}
