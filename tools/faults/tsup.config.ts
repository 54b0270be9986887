import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({
  main: 'src/main.ts',
  index: 'src/index.ts',
  // Programs, and modules that a thread or a preload names by their file.
  probe: 'src/probe/main.ts',
  'thread-id-backend': 'src/probe/thread-id-backend.ts',
  'faulty-backend': 'src/probe/faulty-backend.ts',
  'without-koffi': 'src/probe/without-koffi.ts',
});
