import type { Options } from 'tsup';
import { FLAG } from '../../config/flag.ts';
import { packageBuild } from '../../config/tsup.ts';

/** The packages that have the flag. */
const FLAGGED = [/^@rsync-io\/transport-async$/, /^@rsync-io\/win-shim$/];

const build = packageBuild({ index: 'src/index.ts', 'bin/rsync-io': 'src/bin/rsync-io.ts' });

/** The same API on the variants of its dependencies that have the flag on. */
const flagged: Options = {
  ...packageBuild(['src/index.ts']),
  outDir: 'dist/on',
  clean: false,
  noExternal: FLAGGED,
  esbuildPlugins: [
    {
      name: FLAG,
      setup: ({ onResolve }) =>
        FLAGGED.forEach((filter) =>
          onResolve({ filter }, ({ path }) => ({ path: `${path}/${FLAG}`, external: true })),
        ),
    },
  ],
};

/**
 * rsync starts `rsync-io-ssh` for every transfer, so its start counts: one file with all that a plain
 * start needs, instead of forty modules to find; and CommonJS, because Node's loader of ES modules takes
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

export default [build, flagged, remoteShell];
