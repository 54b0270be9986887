import { packageTests } from '../../config/vitest.ts';

export default packageTests('aux-channel');
