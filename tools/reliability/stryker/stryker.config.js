// Mutation tests of one package, which the environment names: the trait, or the authentication of the win-shim.
const name = process.env['RSYNC_IO_MUTATION_TARGET'] ?? 'win-shim';
const { mutate, minScore } = {
  'aux-channel': { mutate: 'src/**/*.ts', minScore: 85 },
  'win-shim': { mutate: 'src/handshake.ts', minScore: 95 },
}[name];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tools/reliability/stryker/vitest.config.js', related: false },
  mutate: [`packages/${name}/${mutate}`],
  ignorePatterns: ['**/dist/**', '**/test-results/**', '/.nx', '/reports', '/docs', '/examples'],
  coverageAnalysis: 'perTest',
  // Mutants in tables and constants need a run of all tests each, which takes hours.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 10_000,
  disableTypeChecks: false,
  thresholds: { high: minScore, low: minScore, break: minScore },
  reporters: ['progress-append-only', 'clear-text', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: `reports/mutation-${name}.html` },
  tempDirName: '.stryker-tmp',
};
