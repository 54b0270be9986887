import { cp } from 'node:fs/promises';
import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild({
  index: 'src/index.ts',
  'embedded-ssh-client': 'src/peers/embedded-ssh-client.ts',
  lab: 'src/lab.ts',
});

export default {
  ...build,
  onSuccess: () => cp('src/programs', 'dist/programs', { recursive: true }),
};
