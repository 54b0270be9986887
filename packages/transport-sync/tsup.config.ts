import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({
  index: 'src/index.ts',
  // The file that the Worker runs.
  'drain-thread': 'src/drain-thread/main.ts',
});
