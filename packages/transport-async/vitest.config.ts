import { packageTests } from '../../config/vitest.ts';

// The test of every order imports sources in which the flag does not occur.
export default packageTests('transport-async', { once: ['test/unix/every-order.test.ts'] });
