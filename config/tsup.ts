import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { FLAG } from './flag.ts';

const shared: Options = {
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  // The declarations in `dist/types` come from `tsc --build`.
  clean: ['!types'],
  silent: true,
  outExtension: () => ({ js: '.js' }),
};

const define = (on: boolean): Record<string, string> => ({ __SSH_SOCKETPAIR_STDERR__: String(on) });

/**
 * The build of one package. A package with a `features.json` is built twice, into `dist/off` and
 * `dist/on`; `dist/index.js` re-exports the variant that `features.json` selects, so that promotion
 * changes only that line, and the default is not a third copy of the module.
 *
 * Run by tsup with the package's folder as working directory.
 */
export function packageBuild(entry: string[] | Record<string, string> = ['src/index.ts']) {
  const features = path.resolve('features.json');
  if (!existsSync(features)) return defineConfig({ ...shared, entry });

  const variant = (name: 'off' | 'on'): Options => ({
    ...shared,
    entry,
    outDir: `dist/${name}`,
    define: define(name === 'on'),
    // Removes the dead branch, and with it the imports that only it used.
    esbuildOptions: (options) => void (options.minifySyntax = true),
  });
  const writeDefault = async () => {
    const flags = JSON.parse(readFileSync(features, 'utf8')) as Record<string, boolean>;
    const chosen = `./${flags[FLAG] ? 'on' : 'off'}/index.js`;
    // `export *` does not include a default export. (The build of the other variant may not have finished yet.)
    const hasDefault = /^export default /m.test(readFileSync('src/index.ts', 'utf8'));
    const reExport =
      `export * from '${chosen}';\n` + (hasDefault ? `export { default } from '${chosen}';\n` : '');
    await writeFile('dist/index.js', reExport);
  };
  return defineConfig([variant('off'), { ...variant('on'), onSuccess: writeDefault }]);
}
