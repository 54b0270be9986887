import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({
  index: 'src/index.ts',
  'bin/rsync-io': 'src/bin/rsync-io.ts',
  'bin/rsync-io-ssh': 'src/bin/rsync-io-ssh.ts',
  // Loaded by the drain thread, by its URL.
  'log/thread-backend': 'src/log/thread-backend.ts',
});
