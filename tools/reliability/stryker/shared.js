/**
 * Stryker's options for one package.
 *
 * @param {{ name: string, mutate: string[], minScore: number }} target `minScore`: the run fails below it
 */
export function mutationOf({ name, mutate, minScore }) {
  // Stryker's workers inherit the environment; vitest.config.js reads it.
  process.env['RSYNC_IO_MUTATION_TARGET'] = name;
  const folder = `packages/${name}`;
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tools/reliability/stryker/vitest.config.js', related: false },
    mutate: mutate.map((file) => `${folder}/${file}`),
    // The sandbox contains only what the tests need.
    ignorePatterns: [
      '**',
      `!${folder}/**`,
      '!packages/aux-channel/**',
      '!tools/testkit/**',
      '!tools/reliability/stryker/**',
      '!package.json',
      '!tsconfig*.json',
      '**/dist/**',
      '**/test-results/**',
      '**/node_modules/**',
    ],
    coverageAnalysis: 'perTest',
    // Mutants in tables and constants need a run of all tests each, which takes hours.
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 2_500,
    disableTypeChecks: false,
    thresholds: { high: minScore, low: minScore, break: minScore },
    reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
    clearTextReporter: { logTests: false, reportMutants: false, reportTests: false },
    jsonReporter: { fileName: `reports/mutation-${name}.json` },
    htmlReporter: { fileName: `reports/mutation-${name}.html` },
    tempDirName: '.stryker-tmp',
    allowEmpty: false,
  };
}
