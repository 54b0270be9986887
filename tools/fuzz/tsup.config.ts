import { packageBuild } from '../../config/tsup.ts';

export default packageBuild({ main: 'src/main.ts', index: 'src/index.ts' });
