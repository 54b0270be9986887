import { cp } from 'node:fs/promises';
import { packageBuild } from '../../config/tsup.ts';

const build = packageBuild();

export default { ...build, onSuccess: () => cp('src/programs', 'dist/programs', { recursive: true }) };
