import path from 'node:path';
import { defineConfig } from 'vitest/config';

// The tests of one package in Stryker's sandbox. Imports of the trait by its name load its mutated sources, so only
// tests that run in this process are included.
const name = process.env['RSYNC_IO_MUTATION_TARGET'] ?? 'win-shim';
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
    include: {
      'aux-channel': [
        'packages/aux-channel/test/**/*.test.ts',
        'tools/testkit/test/explain-recorded.test.ts',
      ],
      'win-shim': ['packages/win-shim/test/handshake.test.ts'],
    }[name],
    // Tests that start processes which load `dist`, and tests of the system underneath, which mutants do not reach.
    exclude: [
      ...['**/test/{windows,unix}/**', '**/forward-to-descriptor.test.ts'],
      '**/check-options.test.ts',
    ],
    pool: 'threads',
    testTimeout: 120_000,
  },
});
