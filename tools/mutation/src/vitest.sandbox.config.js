import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { TARGETS } from './targets.js';

/*
 * The tests of one package, seen from a sandbox: a copy of the checkout's part that matters, with mutated
 * sources. What a test imports by a package's name is its source here, not what was built of it.
 */
const name = process.env['RSYNC_IO_MUTATION_TARGET'] ?? '';
const target = TARGETS[name];
if (target === undefined) throw new Error('RSYNC_IO_MUTATION_TARGET names no target');
const root = process.cwd();

export default defineConfig({
  root,
  define: { __SSH_SOCKETPAIR_STDERR__: 'true' },
  resolve: {
    alias: { '@rsync-io/aux-channel': path.join(root, 'packages/aux-channel/src/index.ts') },
  },
  test: {
    include: [...target.tests],
    exclude: ['**/test/windows/**', ...target.without],
    pool: 'threads',
    testTimeout: 10_000,
  },
});
