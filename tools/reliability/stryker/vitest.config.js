import path from 'node:path';
import { defineConfig } from 'vitest/config';

/*
 * The tests of one package in Stryker's sandbox. Imports of the trait by its name load its mutated sources, so only
 * tests that run in this process are included.
 */
const TESTS = {
  'aux-channel': {
    include: [
      'packages/aux-channel/test/**/*.test.ts',
      'tools/testkit/test/explain-recorded.test.ts',
    ],
    // Starts processes that load `dist`.
    exclude: ['packages/aux-channel/test/**/forward-to-descriptor.test.ts'],
  },
  'win-shim': { include: ['packages/win-shim/test/**/handshake.test.ts'], exclude: [] },
};

const name = /** @type {keyof typeof TESTS} */ (process.env['RSYNC_IO_MUTATION_TARGET'] ?? '');
const { include, exclude } = TESTS[name];
const root = process.cwd();
const entry = (/** @type {string} */ file) => path.join(root, 'packages/aux-channel/src', file);

export default defineConfig({
  root,
  define: { __SSH_SOCKETPAIR_STDERR__: 'true' },
  resolve: {
    alias: [
      { find: /^@rsync-io\/aux-channel$/, replacement: entry('index.ts') },
      { find: /^@rsync-io\/aux-channel\/(\w+)$/, replacement: entry('$1.ts') },
    ],
  },
  test: {
    include,
    exclude: ['**/test/windows/**', ...exclude],
    pool: 'threads',
    testTimeout: 10_000,
  },
});
