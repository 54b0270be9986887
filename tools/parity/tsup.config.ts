import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({
  main: 'src/main.ts',
  index: 'src/index.ts',
  // Started as programs of their own.
  carry: 'src/carrier/carry.ts',
  replay: 'src/replay/replay.ts',
});
