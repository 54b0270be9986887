import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({
  main: 'src/main.ts',
  index: 'src/index.ts',
  // Processes of their own: the blocking one has no turns for others.
  'soak-async': 'src/worker/soak-async.ts',
  'soak-sync': 'src/worker/soak-sync.ts',
  'thread-heap-backend': 'src/worker/thread-heap-backend.ts',
  blob: 'src/worker/blob.ts',
});
