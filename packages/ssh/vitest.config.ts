import { packageTests } from '../../config/vitest.ts';

// The commands contain the variant with the flag on, whatever its default.
export default packageTests('ssh', { once: ['test/commands/**'] });
