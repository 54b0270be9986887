/** The tags that each tag may import. CONTRIBUTING.md has the same table. */
export const mayImport = {
  'rsync-io:trait': [],
  'rsync-io:backend': ['rsync-io:trait'],
  'rsync-io:transport': ['rsync-io:trait'],
  'rsync-io:testkit': ['rsync-io:trait'],
  'rsync-io:app': ['rsync-io:trait', 'rsync-io:backend', 'rsync-io:transport'],
  'rsync-io:tool': ['*'],
};

/** The format of `@nx/enforce-module-boundaries`. */
export const depConstraints = (constraints = mayImport) =>
  Object.entries(constraints).map(([sourceTag, tags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: tags,
  }));
