import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild({ main: 'src/main.ts' });

export default { ...build };
