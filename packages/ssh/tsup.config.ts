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
 * rsync starts `rsync-io-ssh` for every transfer, so its start counts: one small file leads to the start of
 * ssh, and another one holds the rest. CommonJS, because Node's loader of ES modules takes longer than
 * both.
 */
const remoteShell: Options = {
  ...packageBuild({
    'rsync-io-ssh': 'src/bin/rsync-io-ssh.ts',
    'on-demand': 'src/remote-shell/on-demand.ts',
  }),
  format: 'cjs',
  outDir: 'dist/remote-shell',
  outExtension: () => ({ js: '.cjs' }),
  clean: false,
  splitting: false,
  shims: true,
  noExternal: [/^@rsync-io\//],
  esbuildPlugins: [
    {
      name: 'on-demand',
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/on-demand\.js$/ }, () => ({
          path: './on-demand.cjs',
          external: true,
        })),
    },
  ],
  esbuildOptions: (options) => {
    // `require` instead of `import()`, which would start the loader of ES modules.
    options.supported = { 'dynamic-import': false };
  },
};

export default [build, flagged, remoteShell];
