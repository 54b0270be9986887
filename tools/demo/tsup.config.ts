import { packageBuild } from '../../config/tsup.ts';

export default packageBuild(['src/main.ts', 'src/scenario.ts']);
