import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild({
  index: 'src/index.ts',
  'bin/rsync-io': 'src/bin/rsync-io.ts',
  // Loaded by the drain thread, by its URL.
  'log/thread-backend': 'src/log/thread-backend.ts',
  // Loaded by the bundle below, when they are needed.
  'log/open-log': 'src/log/open-log.ts',
  'remote-shell/run-blocking': 'src/remote-shell/run-blocking.ts',
  'platform-backends': 'src/platform-backends.ts',
});

/**
 * rsync starts `rsync-io-ssh` for every transfer, so its start counts: one file with all that a plain
 * start needs, instead of forty modules to find; and CommonJS, for Node's loader of ES modules takes
 * as long as all of this.
 */
const remoteShell = {
  ...packageBuild({ 'rsync-io-ssh': 'src/bin/rsync-io-ssh.ts' }),
  format: 'cjs',
  outDir: 'dist/remote-shell',
  outExtension: () => ({ js: '.cjs' }),
  clean: false,
  splitting: false,
  shims: true,
  noExternal: [/^@rsync-io\//],
  external: ['./run-blocking.js', '../platform-backends.js', '../log/open-log.js'],
};

export default [build, remoteShell];
