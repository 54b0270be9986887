import { packageBuild } from '../../config/tsup.ts';

export default packageBuild(['src/index.ts', 'src/backend.ts', 'src/transport.ts']);
