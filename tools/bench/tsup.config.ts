import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild({
  main: 'src/main.ts',
  probe: 'src/probe.ts',
  'at-go': 'src/programs/at-go.ts',
});

// The peers run as their users have them, not as a part of our bundle.
export default { ...build, external: ['execa', 'tinyexec'] };
