import { packageTests } from '../../config/vitest.ts';

export default packageTests('transport-async', {
  once: [
    // Imports sources in which the flag does not occur.
    'test/unix/every-order.test.ts',
    // With the flag off, no backend is used: the contract over the pipe tests the same code.
    'test/unix/contract-socketpair.test.ts',
  ],
});
