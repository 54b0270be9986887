import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspaceProjects } from '../../../config/flag.ts';
import { apiReport, entryPoints } from '../src/api-report.ts';

/* `etc/` records the public API, so that every change of it is reviewed. To accept a change: npm run api */

const ROOT = path.resolve(import.meta.dirname, '../../..');

const packages = workspaceProjects().filter(
  ({ folder }) => path.dirname(folder) === path.join(ROOT, 'packages'),
);

describe.each(packages.flatMap(({ folder }) => entryPoints(folder)))(
  'the API of $name',
  (entry) => {
    const { text, undocumented } = apiReport(entry);

    it('is the one in its report', async () => {
      await expect(text).toMatchFileSnapshot(path.join(ROOT, `etc/${entry.name}.api.md`));
    });

    it('has documentation for every export', () => {
      const exported = new Set(
        [...text.matchAll(/^export (?:declare )?(?:abstract )?\w+ (\w+)/gm)].map(
          ([, name]) => name,
        ),
      );
      expect(undocumented.filter((name) => exported.has(name))).toEqual([]);
    });
  },
);
