import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild({
  index: 'src/index.ts',
  'bin/rsync-io': 'src/bin/rsync-io.ts',
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
};

export default [build, remoteShell];
