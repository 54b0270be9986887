/** Who may import whom, by tag; CONTRIBUTING.md has the same table in words. */
export const mayImport = {
  'rsync-io:trait': [],
  'rsync-io:backend': ['rsync-io:trait'],
  'rsync-io:transport': ['rsync-io:trait'],
  'rsync-io:testkit': ['rsync-io:trait'],
  'rsync-io:app': ['rsync-io:trait', 'rsync-io:backend', 'rsync-io:transport'],
  'rsync-io:tool': ['*'],
};

/** The form that `@nx/enforce-module-boundaries` takes. */
export const depConstraints = (constraints = mayImport) =>
  Object.entries(constraints).map(([sourceTag, tags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: tags,
  }));
