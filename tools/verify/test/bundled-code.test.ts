import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import read from '@changesets/read';
import { ROOT } from '@rsync-io/kit/workspace';
import { expect, it } from 'vitest';

/*
 * `rsync-io-ssh` has code of other packages in its bundle (ADR 0010). Changesets does not know that: a release of
 * such a package must also release @rsync-io/ssh, or users of the command never get the fix.
 */

const SSH = '@rsync-io/ssh';

const folder = path.join(ROOT, 'packages/ssh/dist/remote-shell');
const bundle = readdirSync(folder)
  .filter((file) => file.endsWith('.cjs'))
  .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');

/** The packages whose code is in a bundle, found by the comment that esbuild writes before each file. */
const bundledPackages = (code: string) =>
  new Set(
    [...code.matchAll(/^\/\/ \.\.\/([\w-]+)\/dist\//gm)].map(([, name]) => `@rsync-io/${name}`),
  );

/** The packages that would be released without the command that contains their code. */
const releasedAlone = (bundled: ReadonlySet<string>, released: readonly string[]) =>
  released.includes(SSH) ? [] : released.filter((name) => bundled.has(name));

it('the pending changesets release @rsync-io/ssh with every package that rsync-io-ssh contains', async () => {
  const changesets = await read(ROOT);
  const released = changesets.flatMap(({ releases }) => releases.map(({ name }) => name));
  expect(releasedAlone(bundledPackages(bundle), released), 'add a changeset for it').toEqual([]);
});

it('a release of the trait without @rsync-io/ssh is reported', () => {
  const bundled = bundledPackages(bundle);
  expect(bundled).toContain('@rsync-io/aux-channel');
  expect(releasedAlone(bundled, ['@rsync-io/aux-channel', '@rsync-io/pipe'])).toEqual([
    '@rsync-io/aux-channel',
  ]);
  expect(releasedAlone(bundled, ['@rsync-io/aux-channel', SSH])).toEqual([]);
  expect(releasedAlone(bundled, ['@rsync-io/transport-sync'])).toEqual([]);
});
